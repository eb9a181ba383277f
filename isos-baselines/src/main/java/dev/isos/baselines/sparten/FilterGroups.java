package dev.isos.baselines.sparten;

import dev.isos.api.tensor.FibertreeFormat;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The filters of a layer divided into groups that the units of a cluster work on at the same time.
 *
 * <p>Only filters that join the same input chunks share a group: those of a plain convolution all do; those of a grouped one
 * do when their channels lie in the same chunks of 128.
 */
final class FilterGroups {
    /**
     * One group.
     *
     * @param slots filter k of each slot, or -1; unit u holds slots {@code u * filtersPerUnit ..}
     * @param firstChunk first chunk along C that the group joins
     * @param chunks number of chunks along C
     * @param bytes off-chip bytes of its filters
     */
    record Group(int[] slots, int firstChunk, int chunks, long bytes) {
        /** Filters of the group. */
        int filters() {
            int filters = 0;
            for (int k : slots) {
                filters += k >= 0 ? 1 : 0;
            }
            return filters;
        }
    }

    private FilterGroups() {}

    /** Groups of a layer; every filter is in exactly one. */
    static List<Group> of(FilterTensor filters, int units, int chunk, Balancing balancing) {
        FilterShape shape = filters.shape();
        int[] nonZeros = nonZeros(filters);
        List<Group> groups = new ArrayList<>();
        int from = 0;
        while (from < shape.outputChannels()) {
            int first = firstChunk(shape, from, chunk);
            int last = lastChunk(shape, from, chunk);
            int to = from + 1;
            while (to < shape.outputChannels()
                    && firstChunk(shape, to, chunk) == first
                    && lastChunk(shape, to, chunk) == last) {
                to++;
            }
            int perUnit = balancing.filtersPerUnit();
            int[] order = perUnit == 1 ? inOrder(from, to, units) : paired(from, to, units, nonZeros);
            for (int at = 0; at < order.length; at += perUnit * units) {
                int[] slots = Arrays.copyOfRange(order, at, at + perUnit * units);
                groups.add(new Group(slots, first, last - first + 1, bytes(shape, slots, nonZeros)));
            }
            from = to;
        }
        return groups;
    }

    private static int firstChunk(FilterShape shape, int k, int chunk) {
        return k / shape.outputsPerGroup() * shape.channelsPerGroup() / chunk;
    }

    private static int lastChunk(FilterShape shape, int k, int chunk) {
        return ((k / shape.outputsPerGroup() + 1) * shape.channelsPerGroup() - 1) / chunk;
    }

    private static int[] inOrder(int from, int to, int units) {
        int[] order = new int[(to - from + units - 1) / units * units];
        for (int i = 0; i < order.length; i++) {
            order[i] = from + i < to ? from + i : -1;
        }
        return order;
    }

    /**
     * Sorts by density and pairs the i-th densest with the i-th sparsest. Empty slots count as filters without weights, so
     * where there are fewer filters than slots the densest ones get a unit of their own.
     */
    private static int[] paired(int from, int to, int units, int[] nonZeros) {
        int[] sorted = IntStream.range(from, to)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(k -> -nonZeros[k]).thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        int slots = (sorted.length + 2 * units - 1) / (2 * units) * 2 * units;
        int[] order = new int[slots];
        for (int i = 0; i < slots / 2; i++) {
            order[2 * i] = i < sorted.length ? sorted[i] : -1;
            order[2 * i + 1] = slots - 1 - i < sorted.length ? sorted[slots - 1 - i] : -1;
        }
        return order;
    }

    private static long bytes(FilterShape shape, int[] slots, int[] nonZeros) {
        int positions = shape.channelsPerGroup() * shape.rows() * shape.columns();
        long bytes = 0;
        for (int k : slots) {
            bytes += k < 0 ? 0 : FibertreeFormat.BITMASK.fiberBytes(positions, nonZeros[k]);
        }
        return bytes;
    }

    private static int[] nonZeros(FilterTensor filters) {
        int[] nonZeros = new int[filters.shape().outputChannels()];
        for (char k : filters.coordinates()) {
            nonZeros[k]++;
        }
        return nonZeros;
    }
}
