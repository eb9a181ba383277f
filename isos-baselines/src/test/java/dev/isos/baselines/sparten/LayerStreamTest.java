package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order of loads, joins and stores and what each waits for, item by item, for layers of which a test gives the sizes. */
class LayerStreamTest {
    /** A layer of column vectors; fields give the sizes, with one broadcast of no bytes for each position unless a test sets others. */
    private static class Sizes extends LayerStream {
        private final List<String> counted = new ArrayList<>();
        int[] filterBytes = {0};
        int[] inputBytes = {0};
        int broadcasts = 1;
        int sources = 1;
        int perLoad = 1;
        int atOnce = 1;
        int residuals;
        IntPredicate loads = group -> true;
        IntPredicate padding = broadcast -> false;

        Sizes(ExecutionContext context, int positions) {
            super(context, layer(positions), new WorkItem(SparTenWork.schema(1)));
        }

        @Override
        int groups() {
            return filterBytes.length;
        }

        @Override
        int groupsPerLoad() {
            return perLoad;
        }

        @Override
        long filterBytes(int group) {
            return filterBytes[group];
        }

        @Override
        int broadcasts(int group) {
            return broadcasts;
        }

        @Override
        int sources() {
            return sources;
        }

        @Override
        int sourceTensor(int source) {
            return Layer.NETWORK_INPUT;
        }

        @Override
        boolean loads(int group) {
            return loads.test(group);
        }

        /** A byte for position 0, ten for position 1, a hundred for position 2: the sum tells which are in. */
        @Override
        long loadedBytes(int source, int group, int position, int broadcast) {
            return padding.test(broadcast) ? 0 : Math.round(Math.pow(10, position));
        }

        @Override
        long inputBytes(int group) {
            return inputBytes[Math.min(group, inputBytes.length - 1)];
        }

        @Override
        int slotsAtOnce(int group) {
            return atOnce;
        }

        @Override
        void count(int group, int firstSlot, int endSlot) {
            counted.add("group " + group + " slots " + firstSlot + ".." + endSlot);
        }

        @Override
        void compute(int group, int slot, int position, int cluster) {
            for (int broadcast = 0; broadcast < broadcasts; broadcast++) {
                if (!padding.test(broadcast)) {
                    item.begin(SparTenWork.JOIN, layer.index(), group, position, cluster);
                    give(cluster, broadcast);
                }
            }
        }

        @Override
        long outputBytes(int group, int position) {
            return Math.round(Math.pow(10, position));
        }

        @Override
        int outputs(int group) {
            return 3;
        }

        @Override
        int residuals() {
            return residuals;
        }

        @Override
        int residualTensor(int source) {
            return Layer.NETWORK_INPUT;
        }

        @Override
        long residualBytes(int source, int group, int position) {
            return source * (position + 1L);
        }
    }

    private static Layer layer(int positions) {
        FeatureMapShape shape = new FeatureMapShape(1, positions, 1);
        Convolution convolution = new Convolution(1, 1, Window.square(1, 1, 0));
        return new Layer(0, "column", convolution, List.of(Layer.NETWORK_INPUT), Layer.NONE, shape, shape);
    }

    private final List<String> items = new ArrayList<>();

    private ExecutionContext context(int clusters, long bufferBytes) {
        ExecutionContext context = mock(ExecutionContext.class);
        when(context.geometry())
                .thenReturn(new Geometry(Map.of(
                        SparTenWork.CLUSTERS,
                        (long) clusters,
                        SparTenWork.UNITS,
                        1L,
                        SparTenWork.FORMAT,
                        0L,
                        SparTenWork.ON_CHIP_BUFFER_BYTES,
                        bufferBytes)));
        WorkSink sink = item -> {
            items.add(text(item));
            return items.size() - 1;
        };
        when(context.sink()).thenReturn(sink);
        return context;
    }

    /** Phase, group, slot or position or part, and the third number of its kind; then bytes, outputs, and the items that it waits for. */
    private static String text(WorkItem item) {
        StringBuilder text =
                new StringBuilder(SparTenWork.PHASES.get(item.phase()).id());
        text.append(' ')
                .append(item.step())
                .append(' ')
                .append(item.row())
                .append(' ')
                .append(item.place());
        if (item.offChipBytes() > 0) {
            text.append(": ").append(item.offChipBytes()).append(" B");
        }
        if (item.counts()[SparTenWork.POST_OPS] > 0) {
            text.append(", ").append(item.counts()[SparTenWork.POST_OPS]).append(" outputs");
        }
        String waits = String.join(
                " ",
                IntStream.of(item.waitsFor())
                        .limit(item.waitCount())
                        .mapToObj(Integer::toString)
                        .toList());
        return waits.isEmpty() ? text.toString() : text + " after " + waits;
    }

    /**
     * Three positions on two clusters are two slots: in groups 0 and 2 cluster 0 has positions 0 and 1 and cluster 1 has 2, in group 1
     * it is the other way round. Of 300 bytes of inputs half of the buffer holds less than the 150 of a slot, so they are loaded one
     * slot ahead.
     */
    @Test
    void doubleBufferedInputsAndFilters() {
        Sizes layer = new Sizes(context(2, 200), 3);
        layer.filterBytes = new int[] {10, 7, 6};
        layer.inputBytes = new int[] {300};
        layer.run();
        assertEquals(
                List.of(
                        "load-filters 0 0 0: 10 B",
                        "load-inputs 0 0 0: 101 B", // 1: positions 0 and 2
                        "load-inputs 0 1 0: 10 B", // 2: position 1
                        "load-filters 1 0 0: 3 B", // 7 bytes in as many parts as there are slots
                        "join 0 0 0 after 1 0", // 4
                        "join 0 2 1 after 1 0", // 5
                        "store-outputs 0 0 0: 101 B, 6 outputs after 4 5",
                        "load-inputs 1 0 0: 101 B after 4 5", // 7: into the buffer of the slot before
                        "load-filters 1 1 0: 4 B", // 8
                        "join 0 1 0 after 2 0", // 9
                        "store-outputs 0 1 0: 10 B, 3 outputs after 9 5",
                        "load-inputs 1 1 0: 10 B after 9 5", // 11
                        "load-filters 2 0 0: 3 B after 9 5", // 12: where the filters of group 0 were
                        "join 1 2 0 after 7 8", // 13
                        "join 1 0 1 after 7 8", // 14
                        "store-outputs 1 0 0: 101 B, 6 outputs after 13 14",
                        "load-inputs 2 0 0: 101 B after 13 14", // 16
                        "load-filters 2 1 0: 3 B after 9 5", // 17
                        "join 1 1 1 after 11 8", // 18
                        "store-outputs 1 1 0: 10 B, 3 outputs after 13 18",
                        "load-inputs 2 1 0: 10 B after 13 18", // 20
                        "join 2 0 0 after 16 17", // 21
                        "join 2 2 1 after 16 17", // 22
                        "store-outputs 2 0 0: 101 B, 6 outputs after 21 22",
                        "join 2 1 0 after 20 17", // 24
                        "store-outputs 2 1 0: 10 B, 3 outputs after 24 22"),
                items);
    }

    /**
     * Two positions on three clusters: cluster 2 is idle in group 0, cluster 1 in group 1 and cluster 0 in group 2. Filters of groups 2
     * go to clusters 1 and 2; only cluster 1 has had others that it must be done with.
     */
    @Test
    void filtersWaitForTheClustersThatTheyGoTo() {
        Sizes layer = new Sizes(context(3, 0), 2);
        layer.filterBytes = new int[] {1, 1, 1};
        layer.loads = group -> false;
        layer.run();
        assertEquals(
                List.of(
                        "load-filters 0 0 0: 1 B",
                        "load-filters 1 0 0: 1 B",
                        "join 0 0 0 after 0", // 2
                        "join 0 1 1 after 0", // 3
                        "store-outputs 0 0 0: 11 B, 6 outputs after 2 3",
                        "load-filters 2 0 0: 1 B after 3", // 5
                        "join 1 1 0 after 1", // 6
                        "join 1 0 2 after 1", // 7
                        "store-outputs 1 0 0: 11 B, 6 outputs after 6 3 7",
                        "join 2 0 1 after 5",
                        "join 2 1 2 after 5",
                        "store-outputs 2 0 0: 11 B, 6 outputs after 6 9 10"),
                items);
    }

    /** Two groups are loaded together, in as many parts as the two before them have slots; the last load is of one group. */
    @Test
    void groupsThatAreLoadedTogether() {
        Sizes layer = new Sizes(context(1, 0), 2);
        layer.filterBytes = new int[] {5, 6, 7};
        layer.perLoad = 2;
        layer.loads = group -> false;
        layer.run();
        assertEquals(
                List.of(
                        "load-filters 0 0 0: 11 B",
                        "load-filters 2 0 0: 1 B", // quarters of 7 bytes: 1, 3, 5, 7
                        "join 0 0 0 after 0",
                        "store-outputs 0 0 0: 1 B, 3 outputs after 2",
                        "load-filters 2 1 0: 2 B",
                        "join 0 1 0 after 0",
                        "store-outputs 0 1 0: 10 B, 3 outputs after 5",
                        "load-filters 2 2 0: 2 B",
                        "join 1 0 0 after 0",
                        "store-outputs 1 0 0: 1 B, 3 outputs after 8",
                        "load-filters 2 3 0: 2 B",
                        "join 1 1 0 after 0",
                        "store-outputs 1 1 0: 10 B, 3 outputs after 11",
                        "join 2 0 0 after 10",
                        "store-outputs 2 0 0: 1 B, 3 outputs after 13",
                        "join 2 1 0 after 10",
                        "store-outputs 2 1 0: 10 B, 3 outputs after 15"),
                items);
    }

    /** Filters of a byte are no load in the first of two slots; those of the group before stay what joins wait for until then. */
    @Test
    void filtersOfFewerBytesThanSlots() {
        Sizes layer = new Sizes(context(1, 0), 2);
        layer.filterBytes = new int[] {1, 1, 0};
        layer.loads = group -> false;
        layer.run();
        assertEquals(
                List.of(
                        "load-filters 0 0 0: 1 B",
                        "join 0 0 0 after 0",
                        "store-outputs 0 0 0: 1 B, 3 outputs after 1",
                        "load-filters 1 1 0: 1 B",
                        "join 0 1 0 after 0",
                        "store-outputs 0 1 0: 10 B, 3 outputs after 4",
                        "join 1 0 0 after 3",
                        "store-outputs 1 0 0: 1 B, 3 outputs after 6",
                        "join 1 1 0 after 3",
                        "store-outputs 1 1 0: 10 B, 3 outputs after 8",
                        "join 2 0 0 after 3",
                        "store-outputs 2 0 0: 1 B, 3 outputs after 10",
                        "join 2 1 0 after 3",
                        "store-outputs 2 1 0: 10 B, 3 outputs after 12"),
                items);
    }

    /**
     * The inputs of a position with ten broadcasts come in eight parts, which begin with broadcasts 0, 1, 2, 3, 5, 6, 7 and 8. Broadcasts
     * 3 and 4 lie in the padding: their part is no load, and what follows waits for its own.
     */
    @Test
    void inputsOfASlotComeInParts() {
        Sizes layer = new Sizes(context(1, 0), 1);
        layer.broadcasts = 10;
        layer.padding = broadcast -> broadcast == 3 || broadcast == 4;
        layer.run();
        assertEquals(
                List.of(
                        "load-inputs 0 0 0: 1 B",
                        "load-inputs 0 0 1: 1 B",
                        "load-inputs 0 0 2: 1 B",
                        "load-inputs 0 0 4: 1 B",
                        "load-inputs 0 0 5: 1 B",
                        "load-inputs 0 0 6: 1 B",
                        "load-inputs 0 0 7: 2 B",
                        "join 0 0 0 after 0", // broadcast 0
                        "join 0 0 0 after 1",
                        "join 0 0 0 after 2",
                        "join 0 0 0 after 3", // broadcast 5
                        "join 0 0 0 after 4",
                        "join 0 0 0 after 5",
                        "join 0 0 0 after 6",
                        "join 0 0 0 after 6", // broadcast 9
                        "store-outputs 0 0 0: 1 B, 3 outputs after 14"),
                items);
    }

    /** A part that nothing is loaded for waits for the load before it, which is served first. */
    @Test
    void aPartWithoutBytesWaitsForTheLoadBefore() {
        Sizes layer = new Sizes(context(1, 0), 1);
        layer.broadcasts = 2;
        layer.sources = 2;
        layer.loads = group -> group == 0;
        layer.filterBytes = new int[] {0, 0};
        layer.run();
        assertEquals(
                List.of(
                        "load-inputs 0 0 0: 1 B",
                        "load-inputs 0 0 0: 1 B",
                        "load-inputs 0 0 1: 1 B",
                        "load-inputs 0 0 1: 1 B",
                        "join 0 0 0 after 1",
                        "join 0 0 0 after 3",
                        "store-outputs 0 0 0: 1 B, 3 outputs after 5",
                        "join 1 0 0 after 3",
                        "join 1 0 0 after 3",
                        "store-outputs 1 0 0: 1 B, 3 outputs after 8"),
                items);
    }

    /**
     * Six slots of ten bytes each. All are loaded at once if they fit; else two ahead if half of the buffer holds two, and one ahead if
     * it holds less.
     */
    @Test
    void howFarAheadInputsAreLoaded() {
        assertEquals(List.of(6, 0, 0, 0, 0, 0), loadsBeforeEachJoin(60));
        assertEquals(List.of(3, 1, 1, 1, 0, 0), loadsBeforeEachJoin(59));
        assertEquals(List.of(3, 1, 1, 1, 0, 0), loadsBeforeEachJoin(40));
        assertEquals(List.of(2, 1, 1, 1, 1, 0), loadsBeforeEachJoin(39));
        assertEquals(List.of(2, 1, 1, 1, 1, 0), loadsBeforeEachJoin(0));
    }

    private List<Integer> loadsBeforeEachJoin(long bufferBytes) {
        items.clear();
        Sizes layer = new Sizes(context(1, bufferBytes), 6);
        layer.inputBytes = new int[] {60};
        layer.run();
        List<Integer> loads = new ArrayList<>();
        int since = 0;
        for (String item : items) {
            if (item.startsWith("load-inputs")) {
                since++;
            } else if (item.startsWith("join")) {
                loads.add(since);
                since = 0;
            }
        }
        return loads;
    }

    /** Source 1 has a byte for position 0 and two for position 1, source 0 has none. Loads wait for the joins of the slot before. */
    @Test
    void residualsAreLoadedWhileASlotIsComputed() {
        Sizes layer = new Sizes(context(1, 0), 2);
        layer.loads = group -> false;
        layer.residuals = 2;
        layer.run();
        assertEquals(
                List.of(
                        "join 0 0 0",
                        "load-residual 0 0 1: 1 B",
                        "store-outputs 0 0 0: 1 B, 3 outputs after 0 1",
                        "join 0 1 0",
                        "load-residual 0 1 1: 2 B after 0",
                        "store-outputs 0 1 0: 10 B, 3 outputs after 3 4"),
                items);
    }

    /** Cluster 1 has no position in the second slot, so that only cluster 0's part of the residual operand is loaded. */
    @Test
    void residualsOfClustersWithoutAPosition() {
        Sizes layer = new Sizes(context(2, 0), 3);
        layer.loads = group -> false;
        layer.residuals = 2;
        layer.run();
        assertEquals(
                List.of(
                        "join 0 0 0",
                        "join 0 2 1",
                        "load-residual 0 0 1: 4 B", // 1 + 3
                        "store-outputs 0 0 0: 101 B, 6 outputs after 0 1 2",
                        "join 0 1 0",
                        "load-residual 0 1 1: 2 B after 0 1",
                        "store-outputs 0 1 0: 10 B, 3 outputs after 4 1 5"),
                items);
    }

    @Test
    void slotsThatAreCountedTogether() {
        Sizes layer = new Sizes(context(1, 0), 3);
        layer.filterBytes = new int[] {0, 0};
        layer.atOnce = 2;
        layer.run();
        assertEquals(
                List.of("group 0 slots 0..2", "group 0 slots 2..3", "group 1 slots 0..2", "group 1 slots 2..3"),
                layer.counted);
    }

    @Test
    void refusesMoreSlotsThanItCanNumber() {
        Sizes layer = new Sizes(context(1, 0), 1024);
        layer.filterBytes = new int[65537];
        IsosException refused = assertThrows(IsosException.class, layer::run);
        assertEquals(
                "layer column would take 65537 filter groups of 1024 positions per cluster, more than the sparten dataflow can number",
                refused.getMessage());
        assertEquals(List.of(), items);
    }
}
