package dev.isos.study.result;

import dev.isos.api.result.RunResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A number, flag or text of a run's result. What repeats (segments, layers, components) and what differs between equal runs has no
 * field.
 *
 * @param path in the JSON result, which ends in its unit where it has one
 * @param type int, long, double, boolean or String
 * @param value what it is in a run
 */
public record ResultField(String path, Class<?> type, Function<RunResult, Object> value) {
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, long.class, double.class);
    private static final Set<Class<?>> OTHERS = Set.of(boolean.class, String.class);
    private static final Set<String> NOT_OF_THE_POINT = Set.of("schemaVersion", "host");

    /** What was asked for. */
    private static final Set<String> ASKED = Set.of("workload", "accelerator");

    private static final List<ResultField> ALL = all(RunResult.class, "", run -> run);
    private static final Map<String, ResultField> NUMBERS_BY_PATH = numbers();

    /** All fields, in the order of the result. */
    public static List<ResultField> all() {
        return ALL;
    }

    /** Paths of the numbers that are results: what objectives and constraints speak of. */
    public static Set<String> paths() {
        return NUMBERS_BY_PATH.keySet();
    }

    /** The value at one of {@link #paths()}. */
    public static double number(String path, RunResult run) {
        return ((Number) NUMBERS_BY_PATH.get(path).value().apply(run)).doubleValue();
    }

    /** Whether a number is the same whatever the fidelity: it is one of the machine. */
    public static boolean isExact(String path) {
        return path.equals("areaMm2") || path.equals("macs.dense");
    }

    private static List<ResultField> all(Class<?> type, String prefix, Function<RunResult, Object> holder) {
        List<ResultField> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String path = prefix + component.getName();
            Class<?> of = component.getType();
            Function<RunResult, Object> value = run -> get(component, holder.apply(run));
            if (NOT_OF_THE_POINT.contains(path)) {
                continue;
            }
            if (NUMBERS.contains(of) || OTHERS.contains(of)) {
                fields.add(new ResultField(path, of, value));
            } else if (of.isRecord()) {
                fields.addAll(all(of, path + ".", value));
            }
        }
        return List.copyOf(fields);
    }

    private static Map<String, ResultField> numbers() {
        Map<String, ResultField> numbers = new LinkedHashMap<>();
        ALL.stream()
                .filter(field -> NUMBERS.contains(field.type())
                        && !ASKED.contains(field.path().split("\\.")[0]))
                .forEach(field -> numbers.put(field.path(), field));
        return Collections.unmodifiableMap(numbers);
    }

    private static Object get(RecordComponent component, Object holder) {
        try {
            return component.getAccessor().invoke(holder);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " of a public record cannot be read", e);
        }
    }
}
