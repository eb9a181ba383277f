package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.baselines.sparten.FilterGroups.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Filters in groups on two units; whether two of them share a unit, by steps counted by hand. */
class FilterGroupsTest {
    private static final Window POINT = Window.square(1, 1, 0);

    /** Three positions unless a test says otherwise; each filter has so many non-zeros, in its first elements. */
    private static final class Case {
        int channels = 64;
        int convolutionGroups = 1;
        int positions = 3;
        Window window = POINT;
        int chunk = 64;
        int clusters = 2;
        int windowFetches;
        long bufferBytes = 1000;
        Balancing balancing = Balancing.SOFTWARE;
        Format format = Format.BITMASK;

        FilterGroups of(int... nonZeros) {
            FilterShape shape = new FilterShape(
                    nonZeros.length, channels / convolutionGroups, window.rows(), window.columns(), convolutionGroups);
            byte[] weights = new byte[shape.elements()];
            int perFilter = weights.length / nonZeros.length;
            for (int k = 0; k < nonZeros.length; k++) {
                for (int i = 0; i < nonZeros[k]; i++) {
                    weights[k * perFilter + i] = 1;
                }
            }
            int height = positions + window.rows() - 1;
            Layer layer = new Layer(
                    0,
                    "conv",
                    new Convolution(nonZeros.length, convolutionGroups, window),
                    List.of(Layer.NETWORK_INPUT),
                    Layer.NONE,
                    new FeatureMapShape(channels, height, window.columns()),
                    new FeatureMapShape(nonZeros.length, positions, 1));
            Geometry geometry = new Geometry(Map.of(
                    SparTenWork.BALANCING, (long) balancing.ordinal(),
                    SparTenWork.UNITS, 2L,
                    SparTenWork.CLUSTERS, (long) clusters,
                    SparTenWork.CHUNK, (long) chunk,
                    SparTenWork.FORMAT, (long) format.ordinal(),
                    SparTenWork.WINDOW_FETCHES, (long) windowFetches,
                    SparTenWork.ON_CHIP_BUFFER_BYTES, bufferBytes));
            return FilterGroups.of(layer, FilterTensor.fromDense(shape, weights), geometry);
        }
    }

    private static List<List<Integer>> slots(FilterGroups groups) {
        return groups.groups().stream()
                .map(g -> Arrays.stream(g.slots()).boxed().toList())
                .toList();
    }

    @Test
    void withoutBalancingFiltersStayInOrder() {
        Case layer = new Case();
        layer.balancing = Balancing.NONE;
        FilterGroups groups = layer.of(1, 8, 3);
        assertEquals(List.of(List.of(0, 1), List.of(2, -1)), slots(groups));
        assertEquals(1, groups.filtersPerUnit());
        assertEquals(1, groups.groupsPerLoad());
        assertEquals(1, groups.lastLoad());
        // 64 positions are 8 bytes of mask
        assertEquals(List.of(8L + 1 + 8 + 8, 8L + 3), bytes(groups));
        assertEquals(25, groups.firstLoadBytes());
        layer.format = Format.PAIRS;
        assertEquals(List.of(2L + 16, 6L), bytes(layer.of(1, 8, 3)));
    }

    private static List<Long> bytes(FilterGroups groups) {
        return groups.groups().stream().map(Group::bytes).toList();
    }

    /** The densest with the sparsest, and the densest first; of three filters it has a unit of its own. */
    @Test
    void pairs() {
        Case layer = new Case();
        layer.clusters = 1;
        FilterGroups four = layer.of(1, 8, 3, 6);
        assertEquals(2, four.filtersPerUnit());
        assertEquals(List.of(List.of(1, 0, 3, 2)), slots(four));
        assertEquals(1, four.groupsPerLoad());
        assertEquals(0, four.lastLoad());
        assertEquals(4 * 8 + 18, four.firstLoadBytes());
        assertEquals(List.of(List.of(1, -1, 2, 0)), slots(layer.of(1, 8, 3)));
        // of equal ones the first is first
        assertEquals(List.of(List.of(0, 3, 1, 2)), slots(layer.of(5, 5, 5, 5)));
    }

    /**
     * One position on two clusters: alone, the two denser filters take 8 steps on one cluster and the two sparser ones 3 on the other; in pairs
     * all take 8 + 1 or 6 + 3 on one. Six filters are three groups of at most 8 steps on three clusters, two of which are loaded together; the
     * sparsest four in pairs would take 6 + 6.
     */
    @Test
    void singlesWhereTheBusiestClusterHasLessToDo() {
        Case layer = new Case();
        layer.positions = 1;
        FilterGroups four = layer.of(1, 8, 3, 6);
        assertEquals(1, four.filtersPerUnit());
        assertEquals(List.of(List.of(1, 3), List.of(2, 0)), slots(four));
        assertEquals(2, four.groupsPerLoad());
        assertEquals(0, four.lastLoad());
        layer.clusters = 3;
        FilterGroups six = layer.of(6, 8, 7, 6, 6, 6);
        assertEquals(List.of(List.of(1, 2), List.of(0, 3), List.of(4, 5)), slots(six));
        assertEquals(2, six.lastLoad());
        assertEquals(4 * 8 + 8 + 7 + 6 + 6, six.firstLoadBytes());
    }

    /** As much to do either way: pairs. One cluster takes 5 + 5 steps for the groups of singles, and 5 + 5 for the pairs. */
    @Test
    void pairsWhereBothAreEqual() {
        Case layer = new Case();
        layer.clusters = 1;
        layer.positions = 1;
        assertEquals(2, layer.of(5, 5, 5, 5).filtersPerUnit());
    }

    /**
     * Three positions on two clusters, one of which has two of the first group and one of the second. Singles: 2 x 8 + 3 = 19 steps. Pairs: 2 x
     * (8 + 1) = 18, but 2 x (8 + 2) = 20 if the sparsest filter takes two steps because it has two chunks to join.
     */
    @Test
    void aFilterTakesAStepForEachChunk() {
        for (Balancing balancing : List.of(Balancing.SOFTWARE, Balancing.HYBRID)) {
            Case layer = new Case();
            layer.balancing = balancing;
            assertEquals(2, layer.of(1, 8, 3, 6).filtersPerUnit(), balancing + ", one chunk");
            layer.channels = 128;
            assertEquals(1, layer.of(1, 8, 3, 6).filtersPerUnit(), balancing + ", two chunks of channels");
            layer.channels = 64;
            layer.window = new Window(2, 1, 1, 1, 0, 0, 0, 0, 1, 1);
            assertEquals(1, layer.of(1, 8, 3, 6).filtersPerUnit(), balancing + ", two rows");
            layer.window = new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1);
            assertEquals(1, layer.of(1, 8, 3, 6).filtersPerUnit(), balancing + ", two columns");
        }
    }

    /** One position on two clusters, so that singles take as many steps as the densest filter. Pairs are fixed or made anew for each chunk. */
    @Test
    void thePairWithMostWork() {
        Case layer = new Case();
        layer.positions = 1;
        // pairs 9 + 1 and 2 + 2: the first takes 10, an even share is 7, the densest filter takes 9
        assertEquals(1, layer.of(9, 2, 2, 1).filtersPerUnit());
        layer.balancing = Balancing.HYBRID;
        assertEquals(2, layer.of(9, 2, 2, 1).filtersPerUnit());
        // an even share of 9 + 9 + 1 + 1 is 10
        assertEquals(1, layer.of(9, 9, 1, 1).filtersPerUnit());
        // the second pair has most: 6 + 1 and 6 + 6
        layer.balancing = Balancing.SOFTWARE;
        assertEquals(1, layer.of(6, 6, 6, 1).filtersPerUnit());
    }

    /** A position of 64 channels is 8 + 64 bytes at most; if they do not fit, singles would read them twice. */
    @Test
    void pairsWhereSinglesWouldReadMore() {
        Case layer = new Case();
        layer.positions = 1;
        layer.bufferBytes = 72;
        assertEquals(1, layer.of(1, 8, 3, 6).filtersPerUnit());
        layer.bufferBytes = 71;
        assertEquals(2, layer.of(1, 8, 3, 6).filtersPerUnit());
        // as they do where windows are fetched anyway
        layer.windowFetches = 1;
        assertEquals(1, layer.of(1, 8, 3, 6).filtersPerUnit());
    }

    @Test
    void bytesOfATensorWithoutZeros() {
        FeatureMapShape shape = new FeatureMapShape(10, 2, 3);
        assertEquals(6 * (2 + 10), FilterGroups.mostBytes(Format.BITMASK, shape));
        assertEquals(6 * 20, FilterGroups.mostBytes(Format.PAIRS, shape));
    }

    /** Two groups of 96 channels join chunks 0 and 1, and 1 and 2; of 64 channels, chunk 0 and chunk 1; of 32 they share chunk 0. */
    @Test
    void onlyFiltersOfTheSameChunksShareAGroup() {
        Case layer = new Case();
        layer.balancing = Balancing.NONE;
        layer.convolutionGroups = 2;
        layer.channels = 192;
        FilterGroups groups = layer.of(1, 1);
        assertEquals(List.of(List.of(0, -1), List.of(1, -1)), slots(groups));
        assertChunks(0, 2, groups.groups().get(0));
        assertChunks(1, 2, groups.groups().get(1));
        layer.channels = 128;
        groups = layer.of(1, 1, 1, 1);
        assertEquals(List.of(List.of(0, 1), List.of(2, 3)), slots(groups));
        assertChunks(0, 1, groups.groups().get(0));
        assertChunks(1, 1, groups.groups().get(1));
        layer.channels = 64;
        groups = layer.of(1, 1);
        assertEquals(List.of(List.of(0, 1)), slots(groups));
        assertChunks(0, 1, groups.groups().get(0));
    }

    private static void assertChunks(int first, int number, Group group) {
        assertEquals(first, group.firstChunk());
        assertEquals(number, group.chunks());
    }
}
