package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operands by part of the channels and by processing element. */
class ReductionCounterTest {
    /**
     * Windows of 2x2 read the rows of a map of three once, twice and once: elements with rows 0 and 1 have three reads of rows, those with row
     * 2 one, and the same of columns.
     */
    @Test
    void aPoolingReadsWhatWindowsCoverOnceForEach() {
        WorkloadBuilder b = new WorkloadBuilder("pooling", 1, new FeatureMapShape(10, 3, 3), false, 0.5);
        b.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(2, 1, 0), false);
        LayerCounts counts = count(b, 2, 2);
        assertEquals(8, counts.inputParts());
        GroupCounts group = counts.groups().get(0);
        // ten channels in eight parts
        int[] channels = {1, 1, 1, 2, 1, 1, 1, 2};
        assertEquals(8, group.parts().length);
        for (int part = 0; part < 8; part++) {
            assertEquals(9 * channels[part], group.parts()[part][0][ScnnWork.OPERANDS]);
            assertEquals(3 * channels[part], group.parts()[part][1][ScnnWork.OPERANDS]);
            assertEquals(3 * channels[part], group.parts()[part][2][ScnnWork.OPERANDS]);
            assertEquals(channels[part], group.parts()[part][3][ScnnWork.OPERANDS]);
        }
        assertEquals(0, group.fromOutput());
        assertEquals(10, group.toOutput());
        assertTrue(group.completes());
    }

    /** Rows and columns of a window differ, as do those of the map and the grid: reads of 3 and 2 rows times 4 of columns. */
    @Test
    void rowsAndColumnsOfAPooling() {
        WorkloadBuilder b = new WorkloadBuilder("pooling", 1, new FeatureMapShape(1, 5, 2), false, 0.5);
        b.pooling(Layer.NETWORK_INPUT, PoolingKind.AVERAGE, new Window(1, 2, 1, 1, 0, 1, 0, 1, 1, 1), true);
        GroupCounts group = count(b, 2, 1).groups().get(0);
        assertEquals(12, group.parts()[0][0][ScnnWork.OPERANDS]);
        assertEquals(8, group.parts()[0][1][ScnnWork.OPERANDS]);
    }

    /** Both operands at each position of a tile. Three columns leave the last of four elements without work. */
    @Test
    void anAdditionReadsBothOperands() {
        WorkloadBuilder b = new WorkloadBuilder("sum", 1, new FeatureMapShape(2, 5, 3), false, 0.5);
        int first = b.convolution(Layer.NETWORK_INPUT, 2, 1, Window.square(1, 1, 0), 0.5);
        b.elementwiseAdd(first, Layer.NETWORK_INPUT, true);
        GroupCounts group = count(b, 2, 4).groups().get(0);
        assertEquals(2, group.parts().length);
        for (long[][] part : group.parts()) {
            assertEquals(2 * 3, part[0][ScnnWork.OPERANDS]); // rows 0 to 2
            assertEquals(2 * 3, part[2][ScnnWork.OPERANDS]);
            assertNull(part[3]);
            assertEquals(2 * 2, part[4][ScnnWork.OPERANDS]); // rows 3 and 4
            assertNull(part[7]);
        }
    }

    @Test
    void aNormalisationReadsTheChannelsOfItsWindow() {
        assertEquals(3, normalisation(3));
        assertEquals(4, normalisation(9)); // there are no more
    }

    private static long normalisation(int size) {
        WorkloadBuilder b = new WorkloadBuilder("lrn", 1, new FeatureMapShape(4, 1, 1), false, 0.5);
        b.localResponseNormalisation(Layer.NETWORK_INPUT, size);
        return count(b, 1, 1).groups().get(0).parts()[0][0][ScnnWork.OPERANDS];
    }

    private static LayerCounts count(WorkloadBuilder builder, int gridRows, int gridColumns) {
        List<Layer> layers = builder.build().network().layers();
        return ReductionCounter.count(layers.get(layers.size() - 1), geometry(gridRows, gridColumns));
    }

    private static ScnnGeometry geometry(int gridRows, int gridColumns) {
        return new ScnnGeometry(gridRows, gridColumns, 4, 1024, 4, 1024);
    }

    @Test
    void refusesMoreOperandsThanItCanCount() {
        FeatureMapShape shape = new FeatureMapShape(1, 1 << 15, 1 << 15);
        Layer sum = new Layer(
                0,
                "sum",
                new LayerOp.ElementwiseAdd(),
                List.of(Layer.NETWORK_INPUT, Layer.NETWORK_INPUT),
                Layer.NONE,
                shape,
                shape);
        IsosException refused = assertThrows(IsosException.class, () -> ReductionCounter.count(sum, geometry(1, 1)));
        assertEquals(
                "layer sum gives a processing element of scnn 2147483648 operands, more than the model can count",
                refused.getMessage());
        assertEquals(
                1 << 30,
                ReductionCounter.count(sum, geometry(1, 2)).groups().get(0).parts()[0][1][ScnnWork.OPERANDS]);
    }
}
