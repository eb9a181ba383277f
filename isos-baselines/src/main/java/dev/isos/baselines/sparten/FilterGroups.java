package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The filters of a layer divided into groups that the units of a cluster work on at the same time.
 *
 * <p>Only filters that join the same input chunks share a group: those of a plain convolution all do; those of a grouped one
 * do when their channels lie in the same chunks of 128.
 *
 * <p>Balancing sorts filters by density and lets the i-th densest share a unit with the i-th sparsest. That is done offline, where
 * shapes and densities are known, so it is done only where it pays: two filters per unit also mean half as many groups of twice the
 * work, and where clusters have few output positions each, more of them wait for the last. A layer keeps one filter per unit, in
 * the order of density, if its busiest cluster then has less to do and its inputs need not be read more often. Where each group
 * fetches its windows again anyway, every unit holds one filter.
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

    private final FilterShape shape;
    private final int[] nonZeros;
    private final int units;
    private final int chunk;
    private final int perUnit;
    private final int roomPerUnit;
    private final Format format;
    private final List<Group> groups = new ArrayList<>();

    private FilterGroups(
            FilterShape shape, int[] nonZeros, int units, int chunk, int perUnit, Balancing balancing, Format format) {
        this.shape = shape;
        this.nonZeros = nonZeros;
        this.units = units;
        this.chunk = chunk;
        this.perUnit = perUnit;
        this.roomPerUnit = balancing.filtersPerUnit();
        this.format = format;
        int from = 0;
        while (from < shape.outputChannels()) {
            int first = firstChunk(from);
            int last = lastChunk(from);
            int to = from + 1;
            while (to < shape.outputChannels() && firstChunk(to) == first && lastChunk(to) == last) {
                to++;
            }
            int[] order = inUnits(
                    balancing == Balancing.NONE ? IntStream.range(from, to).toArray() : byDensity(from, to));
            for (int at = 0; at < order.length; at += perUnit * units) {
                int[] slots = Arrays.copyOfRange(order, at, at + perUnit * units);
                groups.add(new Group(slots, first, last - first + 1, bytes(slots)));
            }
            from = to;
        }
    }

    /** Groups of a layer; every filter is in exactly one. */
    static FilterGroups of(Layer layer, FilterTensor filters, Geometry geometry) {
        Balancing balancing = Balancing.values()[geometry.getInt(SparTenWork.BALANCING)];
        int units = geometry.getInt(SparTenWork.UNITS);
        int chunk = geometry.getInt(SparTenWork.CHUNK);
        int[] nonZeros = nonZeros(filters);
        FilterShape shape = filters.shape();
        Format format = Format.values()[geometry.getInt(SparTenWork.FORMAT)];
        FilterGroups singles = new FilterGroups(shape, nonZeros, units, chunk, 1, balancing, format);
        if (balancing == Balancing.NONE || geometry.get(SparTenWork.WINDOW_FETCHES) != 0) {
            return singles;
        }
        FilterGroups pairs = new FilterGroups(shape, nonZeros, units, chunk, 2, balancing, format);
        if (mostBytes(format, layer.inputShape()) > geometry.get(SparTenWork.ON_CHIP_BUFFER_BYTES)) {
            return pairs;
        }
        int clusters = geometry.getInt(SparTenWork.CLUSTERS);
        PositionBlocks blocks = new PositionBlocks(layer.outputShape().fibers(), clusters);
        return singles.busiestCluster(blocks, clusters, balancing) < pairs.busiestCluster(blocks, clusters, balancing)
                ? singles
                : pairs;
    }

    /** Bytes of a tensor without zeros: the most that its compressed form can take. */
    static long mostBytes(Format format, FeatureMapShape shape) {
        return shape.fibers() * format.bytes((shape.channels() + 7) / 8, shape.channels());
    }

    List<Group> groups() {
        return groups;
    }

    /** Slots of a unit, 1 or 2. */
    int filtersPerUnit() {
        return perUnit;
    }

    /** Groups that have room in the units' buffers where a group of pairs has: 2 where units have room for two but hold one. */
    int groupsPerLoad() {
        return roomPerUnit / perUnit;
    }

    /** Off-chip bytes of the filters that are loaded first. */
    long firstLoadBytes() {
        return groups.stream().limit(groupsPerLoad()).mapToLong(Group::bytes).sum();
    }

    /** The group that the last load begins with. */
    int lastLoad() {
        return (groups.size() - 1) / groupsPerLoad() * groupsPerLoad();
    }

    private int firstChunk(int k) {
        return k / shape.outputsPerGroup() * shape.channelsPerGroup() / chunk;
    }

    private int lastChunk(int k) {
        return ((k / shape.outputsPerGroup() + 1) * shape.channelsPerGroup() - 1) / chunk;
    }

    private int[] byDensity(int from, int to) {
        return IntStream.range(from, to)
                .mapToLong(k -> (long) -nonZeros[k] << Integer.SIZE | k)
                .sorted()
                .mapToInt(key -> (int) key)
                .toArray();
    }

    /**
     * Filters of consecutive units. Of two per unit, the i-th is with the i-th last: empty slots count as filters without
     * weights, so where there are fewer filters than slots the first ones get a unit of their own.
     */
    private int[] inUnits(int[] filters) {
        int slots = (filters.length + perUnit * units - 1) / (perUnit * units) * perUnit * units;
        int[] order = new int[slots];
        for (int i = 0; i < slots / perUnit; i++) {
            order[perUnit * i] = i < filters.length ? filters[i] : -1;
            if (perUnit == 2) {
                order[2 * i + 1] = slots - 1 - i < filters.length ? filters[slots - 1 - i] : -1;
            }
        }
        return order;
    }

    private long bytes(int[] slots) {
        int positions = shape.channelsPerGroup() * shape.rows() * shape.columns();
        long bytes = 0;
        for (int k : slots) {
            bytes += k < 0 ? 0 : format.bytes((positions + 7) / 8, nonZeros[k]);
        }
        return bytes;
    }

    /** Steps of the cluster that has most to do, with inputs without zeros: as well as they can be told offline. */
    private long busiestCluster(PositionBlocks blocks, int clusters, Balancing balancing) {
        long[] stepsOfGroup = new long[groups.size()];
        for (int g = 0; g < stepsOfGroup.length; g++) {
            stepsOfGroup[g] = stepsPerPosition(groups.get(g), balancing);
        }
        long busiest = 0;
        for (int cluster = 0; cluster < clusters; cluster++) {
            long steps = 0;
            for (int g = 0; g < stepsOfGroup.length; g++) {
                steps += stepsOfGroup[g] * blocks.size(g, cluster);
            }
            busiest = Math.max(busiest, steps);
        }
        return busiest;
    }

    /** The unit with most work; of pairs that are made anew for each chunk, an even share, or the densest filter. */
    private long stepsPerPosition(Group group, Balancing balancing) {
        long joins = (long) group.chunks() * shape.rows() * shape.columns();
        long sum = 0;
        long most = 0;
        long ofUnit = 0;
        long densest = 0;
        for (int slot = 0; slot < group.slots().length; slot++) {
            int k = group.slots()[slot];
            long steps = k < 0 ? 0 : Math.max(joins, nonZeros[k]);
            ofUnit = slot % perUnit == 0 ? steps : ofUnit + steps;
            most = Math.max(most, ofUnit);
            densest = Math.max(densest, steps);
            sum += steps;
        }
        boolean pairedPerChunk = perUnit == 2 && balancing == Balancing.HYBRID;
        return pairedPerChunk ? Math.max(densest, (sum + units - 1) / units) : most;
    }

    private static int[] nonZeros(FilterTensor filters) {
        int[] nonZeros = new int[filters.shape().outputChannels()];
        for (char k : filters.coordinates()) {
            nonZeros[k]++;
        }
        return nonZeros;
    }
}
