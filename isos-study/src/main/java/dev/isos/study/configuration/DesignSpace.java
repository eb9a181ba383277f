package dev.isos.study.configuration;

import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.core.simulate.AcceleratorRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All configurations of some accelerators: each accelerator with every combination of the values of its axes. A configuration is made
 * when it is asked for, so a space may be larger than memory. Immutable.
 */
public final class DesignSpace {
    /**
     * Keys that take their values together.
     *
     * @param dimension number of what is varied, as asked for: the same for the accelerators that it applies to
     * @param values one tuple per step, in the order of the keys
     */
    record Axis(int dimension, List<String> keys, List<List<String>> values) {
        Axis {
            keys = List.copyOf(keys);
            values = List.copyOf(values);
        }
    }

    /**
     * An accelerator with its axes.
     *
     * @param fixed what it is given in so many words
     * @param plain its hardware without any of that
     * @param parameters of its hardware by key
     */
    record Branch(
            String id,
            Map<String, String> fixed,
            List<Axis> axes,
            HardwareSpec plain,
            Map<String, HardwareParameter> parameters) {
        long size() {
            long size = 1;
            for (Axis axis : axes) {
                size = Math.multiplyExact(size, (long) axis.values().size());
            }
            return size;
        }
    }

    /**
     * One of the configurations.
     *
     * @param settings the values that it has on the axes by key, as written, and its {@code accelerator}
     * @param values of all parameters by key: numbers in the unit of their quantity, and texts; and of {@code accelerator},
     *     {@code mapping}, {@code fidelity}, {@code energy} and {@code hardware}, as far as they are stated
     * @param steps number of the accelerator, then of the value on each of its axes
     */
    public record Configuration(
            AcceleratorRequest request, Map<String, String> settings, Map<String, Object> values, List<Integer> steps) {
        /** The {@link #steps()}. */
        public int[] place() {
            return steps.stream().mapToInt(Integer::intValue).toArray();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Configuration configuration && configuration.request.equals(request);
        }

        @Override
        public int hashCode() {
            return request.hashCode();
        }
    }

    private final List<Branch> branches;
    private final int axes;

    DesignSpace(List<Branch> branches, int axes) {
        this.branches = List.copyOf(branches);
        this.axes = axes;
    }

    /**
     * Number of configurations.
     *
     * @throws ArithmeticException beyond 2^63
     */
    public long size() {
        return branches.stream().mapToLong(Branch::size).reduce(0, Math::addExact);
    }

    /** Coordinates of {@link #at(double[])}: the accelerator, and one per axis. */
    public int dimensions() {
        return 1 + axes;
    }

    /** Every configuration once: those of the first accelerator first, the values of the last axis changing fastest. */
    public List<Configuration> all() {
        Map<AcceleratorRequest, Configuration> all = new LinkedHashMap<>();
        for (Branch branch : branches) {
            long size = branch.size();
            int[] steps = new int[branch.axes().size()];
            for (long i = 0; i < size; i++) {
                long rest = i;
                for (int a = steps.length - 1; a >= 0; a--) {
                    int length = branch.axes().get(a).values().size();
                    steps[a] = (int) (rest % length);
                    rest /= length;
                }
                Configuration configuration = make(branch, steps);
                all.putIfAbsent(configuration.request(), configuration);
            }
        }
        return new ArrayList<>(all.values());
    }

    /**
     * The configuration at a place of the unit cube, in which each accelerator, and each value of an axis, takes an equal share.
     *
     * @param place coordinates of 0 to 1, 1 excluded; as many as {@link #dimensions()}. Those of axes that the accelerator has not
     *     do not matter
     */
    public Configuration at(double[] place) {
        Branch branch = branches.get((int) (place[0] * branches.size()));
        int[] steps = new int[branch.axes().size()];
        for (int a = 0; a < steps.length; a++) {
            Axis axis = branch.axes().get(a);
            steps[a] = (int) (place[1 + axis.dimension()] * axis.values().size());
        }
        return make(branch, steps);
    }

    /** Keys that the axes give values to, and {@code accelerator} where there are several, in the order of the axes. */
    public List<String> keys() {
        List<String> keys = branches.stream()
                .flatMap(branch -> branch.axes().stream())
                .sorted((one, other) -> Integer.compare(one.dimension(), other.dimension()))
                .flatMap(axis -> axis.keys().stream())
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
        if (branches.size() > 1) {
            keys.add(0, "accelerator");
        }
        return keys;
    }

    /** Keys that {@link Configuration#values()} has for some accelerator. */
    public List<String> known() {
        return branches.stream()
                .flatMap(branch -> values(branch, branch.fixed()).keySet().stream())
                .distinct()
                .toList();
    }

    private Configuration make(Branch branch, int[] steps) {
        Map<String, String> given = new LinkedHashMap<>(branch.fixed());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("accelerator", name(branch));
        for (int a = 0; a < steps.length; a++) {
            Axis axis = branch.axes().get(a);
            for (int k = 0; k < axis.keys().size(); k++) {
                String value = axis.values().get(steps[a]).get(k);
                given.put(axis.keys().get(k), value);
                settings.put(axis.keys().get(k), value);
            }
        }
        List<Integer> place = new ArrayList<>(List.of(branches.indexOf(branch)));
        Arrays.stream(steps).forEach(place::add);
        return new Configuration(
                Configurations.request(branch.id(), given),
                Map.copyOf(settings),
                values(branch, given),
                List.copyOf(place));
    }

    /** The accelerator as written. */
    private static String name(Branch branch) {
        return Configurations.request(branch.id(), branch.fixed()).name();
    }

    private static Map<String, Object> values(Branch branch, Map<String, String> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        // of parts that nobody has chosen, too
        branch.parameters().forEach((key, parameter) -> values.put(key, value(parameter, parameter.defaultText())));
        values.putAll(branch.plain().numbers());
        values.putAll(branch.plain().texts());
        values.put("accelerator", branch.id());
        values.put(Configurations.MAPPING, "");
        values.put(Configurations.ENERGY, "");
        values.put(Configurations.HARDWARE, "");
        values.put(Configurations.FIDELITY, "event");
        given.forEach((key, text) -> values.put(key, value(branch.parameters().get(key), text)));
        return values;
    }

    private static Object value(@Nullable HardwareParameter parameter, String text) {
        boolean number = parameter != null && parameter.quantity() != Quantity.TEXT;
        return number ? (Object) parameter.quantity().parse(text) : text;
    }
}
