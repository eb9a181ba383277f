package dev.isos.baselines.sparten;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A convolution on SparTen whose operands are all on chip, read from the description of the machine and nothing else: dense tensors,
 * chunks padded with zeros up to their full length, units stepped cycle by cycle. Slow and readable; the oracle of the fast model.
 */
final class LayerTwin {
    private final Window window;
    private final Layer layer;
    private final ActivationTensor input;
    private final byte[] filters;
    private final FilterShape shape;
    private final int clusters;
    private final int units;
    private final int chunk;
    private final int slack;
    private final Balancing balancing;

    // of each filter, its non-zero weights
    private final int[] weights;

    /** Multiplications that the units have made. */
    long products;

    LayerTwin(Workload workload, int clusters, int units, int chunk, int slack, Balancing balancing) {
        this.layer = workload.network().layer(0);
        this.window = layer.convolution().orElseThrow().window();
        this.input = workload.input();
        FilterTensor tensor = workload.filters(0);
        this.filters = tensor.toDense();
        this.shape = tensor.shape();
        this.clusters = clusters;
        this.units = units;
        this.chunk = chunk;
        this.slack = slack;
        this.balancing = balancing;
        this.weights = new int[shape.outputChannels()];
        for (int i = 0; i < filters.length; i++) {
            weights[i / (filters.length / weights.length)] += filters[i] != 0 ? 1 : 0;
        }
    }

    /**
     * Cycles until the last unit is done.
     *
     * @param pairs whether two filters share a unit
     */
    int cycles(boolean pairs) {
        List<List<int[]>> work = new ArrayList<>();
        for (int cluster = 0; cluster < clusters; cluster++) {
            work.add(new ArrayList<>());
        }
        List<int[][]> groups = groups(pairs);
        int positions = layer.outputShape().fibers();
        // the first positions % clusters blocks are larger by one, and go to the next clusters with each group
        int larger = positions % clusters;
        for (int group = 0; group < groups.size(); group++) {
            int position = 0;
            for (int block = 0; block < clusters; block++) {
                int cluster = (int) ((block + (long) group * larger) % clusters);
                for (int n = positions / clusters + (block < larger ? 1 : 0); n > 0; n--) {
                    join(groups.get(group), position++, pairs, work.get(cluster));
                }
            }
        }
        int last = 0;
        for (List<int[]> ofCluster : work) {
            int[] ends =
                    new ClusterTwin(units, slack, new int[ofCluster.size()], ofCluster.toArray(int[][]::new)).run();
            last = Math.max(
                    last, ends.length == 0 ? 0 : IntStream.of(ends).max().getAsInt());
        }
        return last;
    }

    /** Groups of filters, and of each group the filters of each unit. */
    private List<int[][]> groups(boolean pairs) {
        Comparator<Integer> order = balancing == Balancing.NONE
                ? Comparator.naturalOrder()
                : Comparator.<Integer>comparingInt(k -> -weights[k]).thenComparing(Comparator.naturalOrder());
        List<Integer> sorted =
                IntStream.range(0, shape.outputChannels()).boxed().sorted(order).toList();
        int perGroup = pairs ? 2 * units : units;
        int slots = (sorted.size() + perGroup - 1) / perGroup * perGroup;
        List<int[]> ofUnits = new ArrayList<>();
        for (int i = 0; i < (pairs ? slots / 2 : slots); i++) {
            List<Integer> here = new ArrayList<>();
            if (i < sorted.size()) {
                here.add(sorted.get(i));
            }
            if (pairs && slots - 1 - i < sorted.size()) {
                here.add(sorted.get(slots - 1 - i));
            }
            ofUnits.add(here.stream().mapToInt(k -> k).toArray());
        }
        List<int[][]> groups = new ArrayList<>();
        for (int i = 0; i < ofUnits.size(); i += units) {
            groups.add(ofUnits.subList(i, i + units).toArray(int[][]::new));
        }
        return groups;
    }

    /** Adds the work of each unit on each chunk of an output position. */
    private void join(int[][] group, int position, boolean pairs, List<int[]> work) {
        int p = position % layer.outputShape().height();
        int q = position / layer.outputShape().height();
        List<int[]> filtersOfUnits = List.of(group);
        long[] loads = new long[units];
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                int h = window.inputRow(p, r);
                int w = window.inputColumn(q, s);
                boolean padding = h < 0
                        || w < 0
                        || h >= input.shape().height()
                        || w >= input.shape().width();
                for (int c = 0; c < shape.inputChannels(); c += chunk) {
                    if (pairs && balancing == Balancing.HYBRID) {
                        filtersOfUnits = pairedAnew(group, c, r, s, loads);
                    }
                    if (!padding) {
                        work.add(cycles(filtersOfUnits, h, w, c, r, s));
                    }
                }
            }
        }
    }

    private int[] cycles(List<int[]> filtersOfUnits, int h, int w, int firstChannel, int r, int s) {
        int[] cycles = new int[units];
        for (int unit = 0; unit < units; unit++) {
            for (int k : filtersOfUnits.get(unit)) {
                int matches = 0;
                for (int c = firstChannel; c < firstChannel + chunk; c++) {
                    matches += activation(h, w, c) != 0 && weight(k, c, r, s) != 0 ? 1 : 0;
                }
                products += matches;
                cycles[unit] += Math.max(1, matches);
            }
        }
        return cycles;
    }

    /** GB-H: densest with sparsest in this chunk; the heaviest pair to the unit that has had least so far. */
    private List<int[]> pairedAnew(int[][] group, int firstChannel, int r, int s, long[] loads) {
        // slots in the order of units; a filter without weights counts a cycle, a slot without filter nothing
        List<Integer> slots = new ArrayList<>();
        for (int[] ofUnit : group) {
            for (int i = 0; i < 2; i++) {
                slots.add(i < ofUnit.length ? ofUnit[i] : -1);
            }
        }
        int[] loadOf = slots.stream()
                .mapToInt(k -> k < 0 ? 0 : Math.max(1, weightsInChunk(k, firstChannel, r, s)))
                .toArray();
        List<Integer> byLoad = IntStream.range(0, slots.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -loadOf[i]))
                .toList();
        List<Integer> pairs = IntStream.range(0, units)
                .boxed()
                .sorted(Comparator.comparingInt(
                        i -> -(loadOf[byLoad.get(i)] + loadOf[byLoad.get(slots.size() - 1 - i)])))
                .toList();
        List<Integer> unitsByLoad = IntStream.range(0, units)
                .boxed()
                .sorted(Comparator.comparingLong(u -> loads[u]))
                .toList();
        int[][] result = new int[units][];
        for (int i = 0; i < units; i++) {
            int first = byLoad.get(pairs.get(i));
            int second = byLoad.get(slots.size() - 1 - pairs.get(i));
            int unit = unitsByLoad.get(i);
            loads[unit] += loadOf[first] + loadOf[second];
            result[unit] = IntStream.of(slots.get(first), slots.get(second))
                    .filter(k -> k >= 0)
                    .toArray();
        }
        return List.of(result);
    }

    private int weightsInChunk(int k, int firstChannel, int r, int s) {
        int count = 0;
        for (int c = firstChannel; c < firstChannel + chunk; c++) {
            count += weight(k, c, r, s) != 0 ? 1 : 0;
        }
        return count;
    }

    /** Zero in the padding of the last chunk. */
    private int activation(int h, int w, int c) {
        int channels = input.shape().channels();
        return c < channels ? input.values()[(w * input.shape().height() + h) * channels + c] : 0;
    }

    private int weight(int k, int c, int r, int s) {
        return c < shape.inputChannels()
                ? filters[((k * shape.inputChannels() + c) * shape.rows() + r) * shape.columns() + s]
                : 0;
    }
}
