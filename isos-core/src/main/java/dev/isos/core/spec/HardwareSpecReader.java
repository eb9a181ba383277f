package dev.isos.core.spec;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.unit.Quantity;
import dev.isos.core.bound.Bounds;
import dev.isos.core.text.Nearest;
import dev.isos.core.text.YamlNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads hardware files (YAML or JSON) and {@code key=value} overrides into a {@link HardwareSpec}, against the parameters
 * that a hardware model declares. Whatever is wrong is told with file, line and the nearest valid key.
 */
public final class HardwareSpecReader {
    /** Key that names the hardware model, or another file, whose values are taken where this one is silent. */
    static final String EXTENDS = "extends";

    /** Key that names the configuration; by default the file's name. */
    static final String NAME = "name";

    private static final int DEEPEST_EXTENDS = 8;

    private final Map<String, HardwareModelFactory> models;

    /** @param models hardware models by id */
    public HardwareSpecReader(Map<String, HardwareModelFactory> models) {
        this.models = new TreeMap<>();
        models.forEach((id, model) -> this.models.put(id, CompleteHardware.of(model, List.of())));
    }

    /** The hardware models by id, each with all that a configuration may say. */
    public Map<String, HardwareModelFactory> models() {
        return Collections.unmodifiableMap(models);
    }

    /** The default configuration of a model with overrides. */
    public HardwareSpec defaults(String model, List<String> overrides) {
        HardwareModelFactory factory = models.get(model);
        if (factory == null) {
            throw IsosException.badInput("unknown hardware '" + model + "'" + Nearest.hint(model, models.keySet()));
        }
        return resolve(model, factory, Map.of(), overrides);
    }

    /** The configuration in a file with overrides. */
    public HardwareSpec read(Path file, List<String> overrides) {
        Map<String, Value> values = new LinkedHashMap<>();
        String name = null;
        Path current = file;
        for (int depth = 0; depth < DEEPEST_EXTENDS; depth++) {
            Map<String, Value> own = parse(current);
            Value base = own.remove(EXTENDS);
            Value ownName = own.remove(NAME);
            if (name == null) {
                name = ownName != null ? ownName.text() : stem(file);
            }
            own.forEach(values::putIfAbsent);
            if (base == null) {
                throw IsosException.badInput(
                        current + " has no key 'extends'; expected the hardware it is based on, one of "
                                + String.join(", ", models.keySet()));
            }
            HardwareModelFactory factory = models.get(base.text());
            if (factory != null) {
                return resolve(name, factory, values, overrides);
            }
            Path next = current.toAbsolutePath().resolveSibling(base.text());
            if (!Files.isRegularFile(next)) {
                throw IsosException.badInput(base.place() + ": 'extends: " + base.text()
                        + "' is neither a hardware nor a file" + Nearest.hint(base.text(), models.keySet()));
            }
            current = next;
        }
        throw IsosException.badInput(
                file + " extends more than " + DEEPEST_EXTENDS + " files, one after another; is there a circle?");
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** A value as written, with where it was written. */
    private record Value(String text, String place) {}

    private static HardwareSpec resolve(
            String name, HardwareModelFactory factory, Map<String, Value> values, List<String> overrides) {
        Map<String, HardwareParameter> parameters = new LinkedHashMap<>();
        factory.parameters().forEach(p -> parameters.put(p.key(), p));
        Map<String, Value> all = new LinkedHashMap<>(values);
        Map<String, String> overridden = new LinkedHashMap<>();
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals <= 0) {
                throw IsosException.badInput("'" + override + "': expected key=value");
            }
            String key = override.substring(0, equals).strip();
            String other = overridden.putIfAbsent(key, override);
            if (other != null) {
                throw IsosException.badInput("'" + override + "': key '" + key + "' already has a value from '" + other
                        + "'"
                        + ParameterValue.several(
                                key,
                                other.substring(other.indexOf('=') + 1) + ","
                                        + override.substring(equals + 1).strip(),
                                value -> !value.isEmpty()));
            }
            all.put(key, new Value(override.substring(equals + 1).strip(), "'" + override + "'"));
        }
        List<String> problems = new ArrayList<>();
        Map<String, MachinePart<?>> parts = parts(factory, all);
        parts.values().forEach(part -> part.parameters().forEach(p -> parameters.put(p.key(), p)));
        all.forEach((key, value) -> {
            if (!parameters.containsKey(key)) {
                problems.add(value.place() + ": unknown key '" + key + "' for hardware " + factory.id()
                        + Nearest.hint(key, parameters.keySet()));
            }
        });
        Map<String, Double> numbers = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        for (HardwareParameter parameter : parameters.values()) {
            Value value = all.getOrDefault(
                    parameter.key(), new Value(parameter.defaultText(), "default of " + parameter.key()));
            try {
                if (parameter.quantity() == Quantity.TEXT) {
                    texts.put(parameter.key(), ParameterValue.choice(parameter, value.text()));
                } else {
                    numbers.put(parameter.key(), ParameterValue.number(parameter, value.text()));
                }
            } catch (IllegalArgumentException e) {
                problems.add(value.place() + ": key '" + parameter.key() + "': " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw IsosException.badInput(String.join("; ", problems));
        }
        return new HardwareSpec(name, factory.id(), numbers, texts, parts);
    }

    /** The parts that a configuration names; one that there is not is left to be refused with the parameter. */
    private static Map<String, MachinePart<?>> parts(HardwareModelFactory factory, Map<String, Value> values) {
        Map<String, MachinePart<?>> parts = new LinkedHashMap<>();
        for (HardwareParameter parameter : factory.parameters()) {
            Value value = values.get(parameter.key());
            String id = value == null ? parameter.defaultText() : value.text().strip();
            factory.parts().stream()
                    .filter(part -> part.type() == parameter.part() && part.id().equals(id))
                    .findFirst()
                    .ifPresent(part -> parts.put(parameter.key(), part));
        }
        return parts;
    }

    /** All scalars of a file by dotted key. */
    private static Map<String, Value> parse(Path file) {
        YamlNode root =
                YamlNode.parse(file.toString(), Bounds.text("hardware file " + file, file, Bounds.SETTINGS_BYTES));
        if (root.fields() == null) {
            throw root.mistake("expected 'key: value' lines");
        }
        Map<String, Value> values = new LinkedHashMap<>();
        collect("", root.fields(), values);
        return values;
    }

    private static void collect(String prefix, Map<String, YamlNode> fields, Map<String, Value> values) {
        fields.forEach((name, node) -> {
            String key = prefix + name;
            if (node.fields() != null) {
                collect(key + ".", node.fields(), values);
            } else if (node.items() != null) {
                throw node.mistake(
                        "key '" + key + "': expected one value, got a list; several are given by 'isos compare"
                                + " --vary " + key + "=VALUES' or in a sweep file");
            } else if (values.put(key, new Value(node.one(key), node.place())) != null) {
                throw node.mistake("key '" + key + "' is there twice");
            }
        });
    }
}
