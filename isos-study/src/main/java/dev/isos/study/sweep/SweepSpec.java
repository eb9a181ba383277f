package dev.isos.study.sweep;

import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import dev.isos.core.text.Nearest;
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
    private static final int USUAL_RUNS = 200;
    private static final int MOST_RUNS = 10_000;
    private static final String WORKLOADS = "workloads";
    private static final String ACCELERATORS = "accelerators";
    private static final String PARAMETERS = "parameters";
    private static final String OBJECTIVES = "objectives";
    private static final String LIMITS = "limits";
    private static final String MAXIMUM_RUNS = "maximumRuns";
    private static final List<String> KEYS =
            List.of(WORKLOADS, ACCELERATORS, PARAMETERS, OBJECTIVES, LIMITS, MAXIMUM_RUNS);
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
        return new SweepSpec(Path.of(name), workloads, accelerators, settings, USUAL_OBJECTIVES, Map.of(), MOST_RUNS);
    }

    /**
     * Reads a file.
     *
     * @throws IsosException naming the line and what was expected, when it is no such file
     */
    public static SweepSpec read(Path file) {
        YamlNode root = YamlNode.parse(file.toString(), Bounds.text(file.toString(), file, Bounds.SETTINGS_BYTES));
        if (root.fields() == null) {
            throw root.mistake("expected 'key: value' lines");
        }
        Map<String, YamlNode> fields = root.fields();
        fields.forEach((key, node) -> {
            if (!KEYS.contains(key)) {
                throw IsosException.badInput(node.place() + ": unknown key '" + key + "'" + Nearest.hint(key, KEYS));
            }
        });
        List<Setting> parameters = new ArrayList<>();
        if (fields.containsKey(PARAMETERS)) {
            settings("", fields.get(PARAMETERS).fields(PARAMETERS), parameters);
        }
        return new SweepSpec(
                file,
                required(file, fields, WORKLOADS),
                required(file, fields, ACCELERATORS),
                parameters,
                fields.containsKey(OBJECTIVES) ? metrics(fields.get(OBJECTIVES)) : USUAL_OBJECTIVES,
                fields.containsKey(LIMITS) ? limits(fields.get(LIMITS)) : Map.of(),
                fields.containsKey(MAXIMUM_RUNS) ? runs(fields.get(MAXIMUM_RUNS)) : USUAL_RUNS);
    }

    private static List<String> required(Path file, Map<String, YamlNode> fields, String key) {
        if (!fields.containsKey(key)) {
            throw IsosException.badInput(file + " has no key '" + key + "'");
        }
        return distinct(fields.get(key), key);
    }

    /** The values of a key. */
    private static List<String> distinct(YamlNode node, String key) {
        List<String> texts = node.texts(key).stream().map(String::strip).toList();
        requireEachOnce(node.place() + ": key '" + key + "'", texts);
        return texts;
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

    private static List<Objective> metrics(YamlNode node) {
        return distinct(node, OBJECTIVES).stream()
                .map(path -> metric(path, node.place()))
                .toList();
    }

    private static Objective metric(String path, String place) {
        for (Objective metric : Objective.values()) {
            if (metric.path().equals(path.strip())) {
                return metric;
            }
        }
        throw IsosException.badInput(
                place + ": expected one of " + String.join(", ", Objective.paths()) + ", got '" + path + "'");
    }

    private static Map<Objective, Double> limits(YamlNode node) {
        Map<Objective, Double> limits = new EnumMap<>(Objective.class);
        node.fields(LIMITS).forEach((path, value) -> {
            Objective metric = metric(path, value.place());
            double limit = value.real(path, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
            if (!(limit > 0)) {
                throw IsosException.badInput(value.place() + ": key '" + path + "': expected a number above 0, got '"
                        + value.one(path) + "'");
            }
            limits.put(metric, limit);
        });
        return limits;
    }

    private static int runs(YamlNode node) {
        return node.integer(MAXIMUM_RUNS, 1, MOST_RUNS);
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
