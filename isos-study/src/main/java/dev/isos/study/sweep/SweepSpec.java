package dev.isos.study.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import dev.isos.core.document.DocumentReader;
import dev.isos.core.document.DocumentSchema;
import dev.isos.core.text.YamlNode;
import dev.isos.study.configuration.Configurations.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a sweep is to do.
 *
 * @param file where it stands, for messages; a name, of a sweep that a program makes
 * @param workloads ids or files
 * @param accelerators ids, which may be followed by settings: {@code isosceles:lanes=32}
 * @param parameters what is varied
 * @param objectives what a point is judged by; less is better
 * @param limits what a point may cost at most
 * @param maximumRuns a bound on the number of points
 */
public record SweepSpec(
        Path file,
        List<String> workloads,
        List<String> accelerators,
        List<Setting> parameters,
        List<Objective> objectives,
        Map<Objective, Double> limits,
        int maximumRuns) {
    private static final String WORKLOADS = "workloads";
    private static final String ACCELERATORS = "accelerators";
    private static final List<Objective> USUAL_OBJECTIVES =
            List.of(Objective.CYCLES, Objective.TRAFFIC, Objective.ENERGY, Objective.AREA);

    public SweepSpec {
        workloads = List.copyOf(workloads);
        accelerators = List.copyOf(accelerators);
        parameters = List.copyOf(parameters);
        objectives = List.copyOf(objectives);
        limits = limits.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new EnumMap<>(limits));
    }

    /**
     * A sweep over parameters, judged by cycles, traffic, energy and area, without limits.
     *
     * @param name title of its page; a word or several, without slashes
     * @param workloads ids or files, one or more, each once
     * @param accelerators ids, which may be followed by settings; one or more, each once
     * @param parameters values of each, as in a file: single values and ranges; taken in order of key
     * @throws IsosException naming what is wrong and what was expected
     */
    public static SweepSpec of(
            String name, List<String> workloads, List<String> accelerators, Map<String, List<String>> parameters) {
        if (name.isBlank() || name.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ')) {
            throw IsosException.badInput("sweep '" + name + "': expected a name without slashes");
        }
        requireEachOnce(name + ": " + WORKLOADS, workloads);
        requireEachOnce(name + ": " + ACCELERATORS, accelerators);
        List<Setting> settings = new ArrayList<>();
        new TreeMap<>(parameters).forEach((key, values) -> {
            String place = name + ": key '" + key + "'";
            requireEachOnce(place, values);
            settings.add(new Setting(key, values, place));
        });
        return new SweepSpec(
                Path.of(name), workloads, accelerators, settings, USUAL_OBJECTIVES, Map.of(), SweepFile.MOST_RUNS);
    }

    /**
     * Reads a file.
     *
     * @throws IsosException naming the line and what was expected, when it is no such file
     */
    public static SweepSpec read(Path file) {
        YamlNode root = YamlNode.parse(file.toString(), Bounds.text(file.toString(), file, Bounds.SETTINGS_BYTES));
        SweepFile written = DocumentReader.read(root, SweepFile.class);
        List<Setting> parameters = new ArrayList<>();
        if (written.parameters() != null) {
            settings("", written.parameters(), parameters);
        }
        return new SweepSpec(
                file,
                distinct(root, WORKLOADS, written.workloads()),
                distinct(root, ACCELERATORS, written.accelerators()),
                parameters,
                distinct(root, "objectives", written.objectives()),
                written.limits() == null ? Map.of() : written.limits().byObjective(),
                written.maximumRuns());
    }

    /** The JSON Schema of the files that {@link #read} reads. */
    public static JsonNode schema() {
        return DocumentSchema.read("sweep-spec", 1, "File of isos sweep", SweepFile.class);
    }

    /** The values of a key, each once. */
    private static <T> List<T> distinct(YamlNode root, String key, List<T> values) {
        if (root.fields().containsKey(key)) {
            requireEachOnce(
                    root.fields().get(key).place() + ": key '" + key + "'",
                    values.stream().map(Object::toString).toList());
        }
        return values;
    }

    /**
     * Refuses a list without values, and one with a value that is empty or there twice, which would be one row.
     *
     * @param place where the list stands, for messages
     */
    public static void requireEachOnce(String place, List<String> texts) {
        if (texts.isEmpty()) {
            throw IsosException.badInput(place + ": expected one or more, got none");
        }
        Set<String> seen = new HashSet<>();
        for (String text : texts) {
            if (text.isBlank() || !seen.add(text.strip())) {
                throw IsosException.badInput(place + ": "
                        + (text.isBlank() ? "expected a value, got nothing" : "'" + text + "' is there twice"));
            }
        }
    }

    /** Nested keys are joined by dots, as in hardware files. */
    private static void settings(String prefix, Map<String, YamlNode> fields, List<Setting> into) {
        fields.forEach((name, node) -> {
            String key = prefix + name;
            if (node.fields() != null) {
                settings(key + ".", node.fields(), into);
            } else {
                into.add(new Setting(key, node.texts(key), node.place() + ": key '" + key + "'"));
            }
        });
    }

    /** Refuses more runs than the file allows. */
    public void require(int configurations) {
        long runs = (long) configurations * workloads.size();
        if (runs > maximumRuns) {
            throw IsosException.badInput(file + ": " + configurations + " configurations on " + workloads.size()
                    + " workloads are " + runs + " runs, more than the " + maximumRuns
                    + " that 'maximumRuns' allows");
        }
    }
}
