package dev.isos.study.sweep;

import dev.isos.api.result.RunResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The numbers of a run's result by their paths in JSON, as far as they are results: objectives and constraints name them. */
final class ResultFields {
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, long.class, double.class);

    /** What says nothing of the machine: the form of the document, who computed it, and what was asked for. */
    private static final Set<String> OTHERS = Set.of("schemaVersion", "host", "workload", "accelerator");

    private static final Map<String, ToDoubleFunction<RunResult>> ALL = all();

    private ResultFields() {}

    /** All paths, in the order of the result. */
    static List<String> paths() {
        return List.copyOf(ALL.keySet());
    }

    /** The value at a path that {@link #paths()} has. */
    static double of(String path, RunResult run) {
        return ALL.get(path).applyAsDouble(run);
    }

    /** Whether a number is the same whatever the fidelity: it is one of the machine. */
    static boolean isExact(String path) {
        return path.equals("areaMm2") || path.equals("macs.dense");
    }

    private static Map<String, ToDoubleFunction<RunResult>> all() {
        Map<String, ToDoubleFunction<RunResult>> all = new LinkedHashMap<>();
        for (RecordComponent component : RunResult.class.getRecordComponents()) {
            if (!OTHERS.contains(component.getName())) {
                add(all, component.getName(), component, run -> get(component, run));
            }
        }
        return Collections.unmodifiableMap(all);
    }

    /** Of the result or of a record in it. */
    private interface Holder {
        Object of(RunResult run);
    }

    private static void add(
            Map<String, ToDoubleFunction<RunResult>> all, String path, RecordComponent component, Holder value) {
        Class<?> type = component.getType();
        if (NUMBERS.contains(type)) {
            all.put(path, run -> ((Number) value.of(run)).doubleValue());
        } else if (type.isRecord()) {
            for (RecordComponent inner : type.getRecordComponents()) {
                add(all, path + "." + inner.getName(), inner, run -> get(inner, value.of(run)));
            }
        }
    }

    private static Object get(RecordComponent component, Object holder) {
        try {
            return component.getAccessor().invoke(holder);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " of a public record cannot be read", e);
        }
    }
}
