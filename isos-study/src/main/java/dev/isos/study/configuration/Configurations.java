package dev.isos.study.configuration;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.spec.ParameterValue;
import dev.isos.core.text.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns what users write about accelerators into configurations.
 *
 * <p>An accelerator is {@code ID} or {@code ID:KEY=VALUE:KEY=VALUE...}; a key is a parameter of its hardware, or
 * {@code mapping}, {@code fidelity}, {@code energy} or {@code hardware} (a file). A <em>setting</em> applies to every accelerator that has the
 * key and does not give it a value itself; a setting with several values multiplies those accelerators.
 */
public final class Configurations {
    /** Most configurations that a list of accelerators may become. */
    public static final int MOST = 1000;

    static final String MAPPING = "mapping";
    static final String FIDELITY = "fidelity";
    static final String ENERGY = "energy";
    static final String HARDWARE = "hardware";
    private static final List<String> CHOICES = List.of(MAPPING, FIDELITY, ENERGY, HARDWARE);

    private final Platform isos;

    public Configurations(Platform isos) {
        this.isos = isos;
    }

    /**
     * Values for a key of many accelerators.
     *
     * @param values single values and ranges, see {@link ValueList}
     * @param place where they stand, for messages
     */
    public record Setting(String key, List<String> values, String place) {
        public Setting {
            values = List.copyOf(values);
        }

        /** Reads {@code KEY=VALUE}, where the value may be a list with commas. */
        public static Setting parse(String option, String text, boolean several) {
            int equals = text.indexOf('=');
            if (equals <= 0 || equals == text.length() - 1) {
                throw IsosException.badInput(
                        option + " " + text + ": expected KEY=VALUE" + (several ? ",VALUE..." : ""));
            }
            String values = text.substring(equals + 1);
            String key = text.substring(0, equals).strip();
            String list = several || !values.contains("..")
                    ? ""
                    : ParameterValue.several(key, values, part -> part.matches("[0-9.].*"));
            if (!list.isEmpty()) {
                throw IsosException.badInput(option + " " + text + ": got a range" + list);
            }
            return new Setting(key, several ? List.of(values.split(",", -1)) : List.of(values), option + " " + text);
        }
    }

    /** Settings whose values go together: the first of one with the first of the others, and so on. */
    public record Zip(List<Setting> settings) {
        public Zip {
            settings = List.copyOf(settings);
        }
    }

    /**
     * Every configuration once: those of the first accelerator first, the values of the last setting changing fastest.
     *
     * @param accelerators as written
     * @param place the option or key where they stand, for messages
     */
    public List<AcceleratorRequest> expand(List<String> accelerators, String place, List<Setting> settings) {
        DesignSpace space = space(
                accelerators,
                place,
                settings.stream().map(setting -> new Zip(List.of(setting))).toList());
        require(space.size());
        return space.all().stream().map(DesignSpace.Configuration::request).toList();
    }

    /**
     * All configurations, none of which is made before it is asked for.
     *
     * @param accelerators as written
     * @param place the option or key where they stand, for messages
     * @param zips what is varied, each independently of the others
     */
    public DesignSpace space(List<String> accelerators, String place, List<Zip> zips) {
        List<Setting> settings =
                zips.stream().flatMap(zip -> zip.settings().stream()).toList();
        requireOnce(settings);
        List<DesignSpace.Branch> branches = new ArrayList<>();
        Set<String> known = new LinkedHashSet<>();
        Set<String> used = new LinkedHashSet<>();
        String previous = "";
        for (String text : accelerators) {
            Map<String, String> own = parse(text.strip(), place);
            String id = own.remove("");
            Set<String> ids = isos.accelerators().keySet();
            if (previous.contains("=")
                    && !ids.contains(id)
                    && Nearest.to(id, ids).isEmpty()) {
                int equals = previous.lastIndexOf('=');
                String key = previous.substring(previous.lastIndexOf(':', equals) + 1, equals);
                throw IsosException.badInput(place + " " + previous + "," + text + ": '" + id + "' is no accelerator"
                        + ParameterValue.several(key, previous.substring(equals + 1) + "," + id, part -> true));
            }
            previous = text;
            // a hardware file decides which parameters there are, so it comes first
            List<Map<String, String>> machines = List.of(own);
            for (Zip zip : zips) {
                Setting first = zip.settings().get(0);
                if (first.key().equals(HARDWARE) && !own.containsKey(HARDWARE)) {
                    used.add(HARDWARE);
                    machines = ValueList.expand(first.values(), null, first.place()).stream()
                            .map(file -> {
                                Map<String, String> machine = new LinkedHashMap<>(own);
                                machine.put(HARDWARE, file);
                                return machine;
                            })
                            .toList();
                }
            }
            for (Map<String, String> machine : machines) {
                HardwareSpec plain = spec(id, Optional.ofNullable(machine.get(HARDWARE)));
                Map<String, HardwareParameter> parameters = parameters(plain);
                known.addAll(CHOICES);
                known.addAll(parameters.keySet());
                check(machine, parameters, place + " " + text);
                List<DesignSpace.Axis> axes = new ArrayList<>();
                for (int i = 0; i < zips.size(); i++) {
                    axis(zips.get(i), i, machine, parameters, used).ifPresent(axes::add);
                }
                branches.add(new DesignSpace.Branch(id, machine, axes, plain, parameters));
            }
        }
        for (Setting setting : settings) {
            if (!used.contains(setting.key()) && known.contains(setting.key())) {
                throw IsosException.badInput(
                        setting.place() + ": changes nothing, since each accelerator that has the key '" + setting.key()
                                + "' is given a value of its own");
            }
            if (!used.contains(setting.key())) {
                throw IsosException.badInput(setting.place() + ": no accelerator has the key '" + setting.key() + "'"
                        + Nearest.hint(setting.key(), known));
            }
        }
        return new DesignSpace(branches, zips.size());
    }

    /** The axis of one accelerator: those of the settings that it has and gives no value itself. */
    private Optional<DesignSpace.Axis> axis(
            Zip zip,
            int dimension,
            Map<String, String> machine,
            Map<String, HardwareParameter> parameters,
            Set<String> used) {
        boolean single = zip.settings().size() == 1;
        List<String> keys = new ArrayList<>();
        List<List<String>> columns = new ArrayList<>();
        for (Setting setting : zip.settings()) {
            String key = setting.key();
            if (key.equals(HARDWARE) && single) {
                continue;
            }
            if (key.equals(HARDWARE)) {
                throw IsosException.badInput(setting.place() + ": a hardware file goes with no other key");
            }
            if (key.equals(MAPPING)) {
                known(setting, isos.mappingPolicies().keySet());
            } else if (key.equals(ENERGY)) {
                known(setting, isos.energyModels().keySet());
            } else if (key.equals(FIDELITY)) {
                setting.values().forEach(value -> fidelity(value.strip(), setting.place()));
            }
            if ((CHOICES.contains(key) || parameters.containsKey(key)) && !machine.containsKey(key)) {
                used.add(key);
                keys.add(key);
                HardwareParameter parameter = parameters.get(key);
                columns.add(
                        single
                                ? ValueList.expand(setting.values(), parameter, setting.place())
                                : ValueList.expand(setting.values(), parameter, setting.place(), false));
            }
        }
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        int length = columns.get(0).size();
        List<List<String>> values = new ArrayList<>();
        for (int k = 0; k < keys.size(); k++) {
            if (columns.get(k).size() != length) {
                throw IsosException.badInput(
                        zip.settings().get(0).place() + ": expected as many values of each key that goes with it, got "
                                + length + " of '" + keys.get(0) + "' and "
                                + columns.get(k).size() + " of '" + keys.get(k) + "'");
            }
        }
        for (int i = 0; i < length; i++) {
            List<String> tuple = new ArrayList<>();
            for (List<String> column : columns) {
                tuple.add(column.get(i));
            }
            values.add(tuple);
        }
        return Optional.of(
                new DesignSpace.Axis(dimension, keys, values.stream().distinct().toList()));
    }

    /** Refuses keys and values that are wrong in themselves, before anything is made of them. */
    private static void check(Map<String, String> own, Map<String, HardwareParameter> parameters, String place) {
        own.forEach((key, value) -> {
            if (!CHOICES.contains(key) && !parameters.containsKey(key)) {
                throw IsosException.badInput(
                        place + ": unknown key '" + key + "'" + Nearest.hint(key, parameters.keySet()));
            }
            if (ValueList.expand(List.of(value), parameters.get(key), place).size() != 1) {
                throw IsosException.badInput(place + ": key '" + key + "': expected one value, got '" + value + "'"
                        + ParameterValue.several(key, value, part -> !part.isEmpty()));
            }
        });
    }

    private static void known(Setting setting, Set<String> ids) {
        for (String value : setting.values()) {
            if (!ids.contains(value.strip())) {
                throw IsosException.badInput(setting.place() + ": unknown " + setting.key() + " '" + value.strip() + "'"
                        + ParameterValue.several(setting.key(), value, ids::contains)
                        + Nearest.hint(value, ids));
            }
        }
    }

    private static void requireOnce(List<Setting> settings) {
        Map<String, Setting> first = new LinkedHashMap<>();
        for (Setting setting : settings) {
            Setting other = first.putIfAbsent(setting.key(), setting);
            if (other != null) {
                throw IsosException.badInput(setting.place() + ": expected values of '" + setting.key()
                        + "' in one place, but it already has some from " + other.place());
            }
        }
    }

    private static void require(long configurations) {
        if (configurations > MOST) {
            throw IsosException.badInput("more than " + MOST + " configurations are asked for");
        }
    }

    private static Map<String, String> parse(String text, String place) {
        String[] parts = text.split(":", -1);
        Map<String, String> own = new LinkedHashMap<>();
        own.put("", parts[0].strip());
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals <= 0 || equals == parts[i].length() - 1) {
                throw IsosException.badInput(place + " " + text + ": expected ID or ID:KEY=VALUE, got '" + parts[i]
                        + "' after '" + parts[0] + "'");
            }
            String key = parts[i].substring(0, equals).strip();
            if (own.put(key, parts[i].substring(equals + 1).strip()) != null) {
                throw IsosException.badInput(place + " " + text + ": key '" + key + "' is there twice");
            }
        }
        return own;
    }

    private HardwareSpec spec(String id, Optional<String> hardwareFile) {
        AcceleratorRequest plain = new AcceleratorRequest(
                id, hardwareFile.map(Configurations::path), List.of(), Optional.empty(), Optional.empty());
        return isos.accelerator(plain).hardware().spec();
    }

    private Map<String, HardwareParameter> parameters(HardwareSpec spec) {
        Map<String, HardwareParameter> parameters = new LinkedHashMap<>();
        HardwareModelFactory hardware = isos.hardware().get(spec.model());
        hardware.parameters().forEach(p -> parameters.put(p.key(), p));
        // of parts that a configuration may choose: whether it does is seen when it is read
        hardware.parts().forEach(part -> part.parameters().forEach(p -> parameters.put(p.key(), p)));
        return parameters;
    }

    /** The keys that one accelerator as written gives values to. */
    public static Set<String> keys(String text, String place) {
        Map<String, String> own = parse(text.strip(), place);
        own.remove("");
        return own.keySet();
    }

    /** The configuration that one accelerator as written is; what is wrong with its keys is found when it is made. */
    public static AcceleratorRequest request(String text, String place) {
        Map<String, String> own = parse(text.strip(), place);
        return request(own.remove(""), own);
    }

    /**
     * A fidelity by its id.
     *
     * @param place where it stands, for messages
     */
    public static Fidelity fidelity(String id, String place) {
        return Arrays.stream(Fidelity.values())
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() ->
                        IsosException.badInput(place + ": expected event, stepped or analytical, got '" + id + "'"
                                + ParameterValue.several(
                                        FIDELITY,
                                        id,
                                        part -> Arrays.stream(Fidelity.values())
                                                .anyMatch(each -> each.id().equals(part)))));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw IsosException.badInput("hardware: expected the path of a file, got '" + e.getInput() + "'");
        }
    }

    static AcceleratorRequest request(String id, Map<String, String> values) {
        return new AcceleratorRequest(
                id,
                Optional.ofNullable(values.get(HARDWARE)).map(Configurations::path),
                values.entrySet().stream()
                        .filter(e -> !CHOICES.contains(e.getKey()))
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList(),
                Optional.ofNullable(values.get(MAPPING)),
                fidelity(values.getOrDefault(FIDELITY, Fidelity.EVENT.id()), FIDELITY),
                Optional.ofNullable(values.get(ENERGY)));
    }

    /**
     * The name of the configuration that a text means: an accelerator as written, or the id of the only configuration of an
     * accelerator.
     *
     * @param place the option where it stands, for messages
     */
    public static String named(String text, String place, List<AcceleratorRequest> configurations) {
        List<String> names =
                configurations.stream().map(AcceleratorRequest::name).toList();
        String name = text.replaceAll("\\s+", "");
        if (names.contains(name)) {
            return name;
        }
        List<String> ofId = configurations.stream()
                .filter(c -> c.id().equals(name))
                .map(AcceleratorRequest::name)
                .toList();
        if (ofId.size() == 1) {
            return ofId.get(0);
        }
        throw IsosException.badInput(place + " '" + text + "' is not among the accelerators"
                + Nearest.hint(text, ofId.isEmpty() ? names : ofId));
    }
}
