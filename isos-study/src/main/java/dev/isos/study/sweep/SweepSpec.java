package dev.isos.study.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.result.RunResult;
import dev.isos.api.unit.Quantity;
import dev.isos.core.bound.Bounds;
import dev.isos.core.document.DocumentReader;
import dev.isos.core.document.DocumentSchema;
import dev.isos.core.text.YamlNode;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.Configurations.Setting;
import dev.isos.study.configuration.Configurations.Zip;
import dev.isos.study.configuration.DesignSpace;
import dev.isos.study.configuration.ValueList;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What a sweep is to do.
 *
 * @param file where it stands, for messages; a name, of a sweep that a program makes
 * @param workloadPlaces where workloads stand in the file, by their text; empty of a sweep that a program makes
 * @param acceleratorPlaces the same of accelerators
 * @param workloads ids or files
 * @param accelerators ids, which may be followed by settings: {@code isosceles:lanes=32}
 * @param seeds of whatever the workloads draw; empty for that of the request by which they are made
 * @param parameters what is varied, each independently of the others
 * @param constraints conditions that points have to meet
 * @param objectives what a point is judged by
 * @param refined whether points are estimated first, and those alone simulated that may be on the front
 * @param method how points are chosen
 * @param searchSeed of what is drawn to choose them
 * @param mostPoints a bound on the number of points
 * @param mostSeconds when to stop beginning points, seconds; infinite where there is no such bound
 */
public record SweepSpec(
        Path file,
        Map<String, String> workloadPlaces,
        Map<String, String> acceleratorPlaces,
        List<String> workloads,
        List<String> accelerators,
        List<Long> seeds,
        List<Zip> parameters,
        List<Constraint> constraints,
        List<Objective> objectives,
        boolean refined,
        SearchMethod method,
        long searchSeed,
        int mostPoints,
        double mostSeconds) {
    /** Configurations that are listed at most, to see which of them meet the constraints. */
    public static final int MOST_LISTED = 2_000_000;

    private static final String WORKLOADS = "workloads";
    private static final String ACCELERATORS = "accelerators";
    private static final String SEEDS = "seeds";

    public SweepSpec {
        workloadPlaces = Map.copyOf(workloadPlaces);
        acceleratorPlaces = Map.copyOf(acceleratorPlaces);
        workloads = List.copyOf(workloads);
        accelerators = List.copyOf(accelerators);
        seeds = List.copyOf(seeds);
        parameters = List.copyOf(parameters);
        constraints = List.copyOf(constraints);
        objectives = List.copyOf(objectives);
    }

    /**
     * A sweep over parameters, judged by cycles, traffic, energy and area, without constraints.
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
        List<Zip> zips = new ArrayList<>();
        new TreeMap<>(parameters).forEach((key, values) -> {
            String place = name + ": key '" + key + "'";
            requireEachOnce(place, values);
            zips.add(new Zip(List.of(new Setting(key, values, place))));
        });
        return new SweepSpec(
                Path.of(name),
                Map.of(),
                Map.of(),
                workloads,
                accelerators,
                List.of(),
                zips,
                List.of(),
                Objective.USUAL.stream().map(Objective::parse).toList(),
                false,
                SearchMethod.GRID,
                1,
                SweepFile.MOST_POINTS,
                Double.POSITIVE_INFINITY);
    }

    /** The same judged by other numbers of the result: {@code PATH} or {@code max PATH}. */
    public SweepSpec judgedBy(List<String> paths) {
        requireEachOnce(file + ": objectives", paths);
        List<Objective> judges =
                paths.stream().map(path -> objective(path, file.toString())).toList();
        requireEachOnce(
                file + ": objectives", judges.stream().map(Objective::path).toList());
        return new SweepSpec(
                file,
                workloadPlaces,
                acceleratorPlaces,
                workloads,
                accelerators,
                seeds,
                parameters,
                constraints,
                judges,
                refined,
                method,
                searchSeed,
                mostPoints,
                mostSeconds);
    }

    /** The same with conditions that points have to meet, see {@link Constraint}. */
    public SweepSpec constrained(List<String> conditions) {
        List<Constraint> all = conditions.stream()
                .map(text -> new Constraint(text, file.toString()))
                .toList();
        return new SweepSpec(
                file,
                workloadPlaces,
                acceleratorPlaces,
                workloads,
                accelerators,
                seeds,
                parameters,
                all,
                objectives,
                refined,
                method,
                searchSeed,
                mostPoints,
                mostSeconds);
    }

    /**
     * Reads a file.
     *
     * @throws IsosException naming line and column and what was expected, when it is no such file
     */
    public static SweepSpec read(Path file) {
        YamlNode root =
                YamlNode.parseWithColumns(file.toString(), Bounds.text(file.toString(), file, Bounds.SETTINGS_BYTES));
        SweepFile written = DocumentReader.read(root, SweepFile.class);
        List<Zip> zips = new ArrayList<>();
        List<String> fidelities = written.fidelity();
        String fidelity = fidelities.get(fidelities.size() - 1);
        boolean refined = fidelities.size() == 2;
        if (refined
                && (!fidelities.get(0).equals(Fidelity.ANALYTICAL.id()) || fidelity.equals(Fidelity.ANALYTICAL.id()))) {
            throw root.fields()
                    .get("fidelity")
                    .mistake(
                            "key 'fidelity': expected [analytical, event] or [analytical, stepped], got " + fidelities);
        }
        if (!fidelity.equals(Fidelity.EVENT.id())) {
            String place = root.fields().get("fidelity").place() + ": key 'fidelity'";
            zips.add(new Zip(List.of(new Setting("fidelity", List.of(fidelity), place))));
        }
        if (written.parameters() != null) {
            settings(written.parameters()).forEach(setting -> zips.add(new Zip(List.of(setting))));
        }
        if (written.zip() != null) {
            for (int i = 0; i < written.zip().size(); i++) {
                List<Setting> together = settings(written.zip().get(i));
                if (together.isEmpty()) {
                    throw root.fields().get("zip").items().get(i).mistake("key 'zip': expected keys with values");
                }
                zips.add(new Zip(together));
            }
        }
        List<YamlNode> conditions = nodes(root, "constraints");
        List<YamlNode> judges = nodes(root, "objectives");
        return new SweepSpec(
                file,
                places(root, WORKLOADS),
                places(root, ACCELERATORS),
                distinct(root, WORKLOADS, written.workloads()),
                distinct(root, ACCELERATORS, written.accelerators()),
                written.seeds() == null ? List.of() : seeds(root, written.seeds()),
                zips,
                conditions.stream()
                        .map(node -> new Constraint(node.text(), node.place()))
                        .toList(),
                judges(
                        root,
                        judges.isEmpty()
                                ? written.objectives().stream()
                                        .map(Objective::parse)
                                        .toList()
                                : judges.stream()
                                        .map(node -> objective(node.text(), node.place()))
                                        .toList()),
                refined,
                written.search().method(),
                written.search().seed(),
                written.budget().points(),
                written.budget().time() == null
                        ? Double.POSITIVE_INFINITY
                        : Quantity.SECONDS.parse(written.budget().time()));
    }

    /** Where the values of a key stand, by their text. */
    private static Map<String, String> places(YamlNode root, String key) {
        Map<String, String> places = new HashMap<>();
        nodes(root, key).forEach(node -> places.put(node.text(), node.place() + ": key '" + key + "'"));
        return places;
    }

    private static List<Long> seeds(YamlNode root, List<String> written) {
        String place = root.fields().get(SEEDS).place() + ": key '" + SEEDS + "'";
        return distinct(root, SEEDS, ValueList.seeds(written, place));
    }

    private static List<YamlNode> nodes(YamlNode root, String key) {
        return root.fields().containsKey(key) ? root.fields().get(key).oneOrMore() : List.of();
    }

    private static Objective objective(String text, String place) {
        try {
            return Objective.parse(text);
        } catch (IllegalArgumentException e) {
            throw IsosException.badInput(place + ": key 'objectives': " + e.getMessage());
        }
    }

    /** The JSON Schema of the files that {@link #read} reads. */
    public static JsonNode schema() {
        return DocumentSchema.read("sweep-spec", 1, "Sweep of a design space", SweepFile.class);
    }

    /**
     * All configurations that the sweep is about.
     *
     * @throws IsosException when a key or value is none of any accelerator, or a constraint speaks of what there is not
     */
    public DesignSpace space(Configurations configurations) {
        for (String accelerator : accelerators) {
            try {
                configurations.space(List.of(accelerator), "accelerator", List.of());
            } catch (IsosException e) {
                throw acceleratorPlaces.containsKey(accelerator) ? e.at(acceleratorPlaces.get(accelerator)) : e;
            }
        }
        DesignSpace space = configurations.space(accelerators, file + ": accelerators", parameters);
        DesignSpace.Configuration first = space.at(new double[space.dimensions()]);
        constraints.forEach(constraint -> constraint.check(space.known(), first.values()));
        return space;
    }

    /** Whether a configuration meets the constraints that do not speak of results. */
    public boolean admits(DesignSpace.Configuration configuration) {
        return constraints.stream()
                .allMatch(constraint -> constraint.ofResult() || constraint.holds(configuration.values()));
    }

    /** Whether a run might meet the constraints if its numbers, by their paths, were so many times as large. */
    public boolean admits(DesignSpace.Configuration configuration, RunResult run, ToDoubleFunction<String> factor) {
        return constraints.stream().allMatch(constraint -> constraint.holds(configuration.values(), run, factor));
    }

    /** Whether a run meets the constraints. */
    public boolean admits(DesignSpace.Configuration configuration, RunResult run) {
        return constraints.stream().allMatch(constraint -> constraint.holds(configuration.values(), run));
    }

    /** What the constraints allow of single numbers of the result. */
    public List<Limit> limits() {
        return constraints.stream()
                .flatMap(constraint -> constraint.limits().stream())
                .toList();
    }

    /** The objectives, and beside them those numbers that are usually looked at. */
    public List<String> metrics() {
        Set<String> metrics =
                new LinkedHashSet<>(List.of("cycles", "seconds", "traffic.total", "energyPj.total", "areaMm2"));
        objectives.forEach(objective -> metrics.add(objective.path()));
        return List.copyOf(metrics);
    }

    /** Objectives, each of another number: less and more of the same cannot both be better. */
    private static List<Objective> judges(YamlNode root, List<Objective> objectives) {
        distinct(root, "objectives", objectives.stream().map(Objective::path).toList());
        return objectives;
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
    private static List<Setting> settings(Map<String, YamlNode> fields) {
        List<Setting> settings = new ArrayList<>();
        settings("", fields, settings);
        return settings;
    }

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
}
