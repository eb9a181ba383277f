package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.unit.Quantity;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IsoscelesFactoryTest {
    private static final List<HardwareParameter> PARAMETERS = new IsoscelesFactory(model -> null).parameters();

    @Test
    void everyParameterIsDescribedAndWithinItsRange() {
        Set<String> keys = new HashSet<>();
        for (HardwareParameter p : PARAMETERS) {
            assertTrue(keys.add(p.key()), p.key());
            assertFalse(p.description().isBlank(), p.key());
            assertFalse(p.source().isBlank(), p.key());
            if (p.quantity() == Quantity.TEXT) {
                assertTrue(p.choices().isEmpty() || p.choices().contains(p.defaultText()), p.key());
            } else {
                double value = p.quantity().parse(p.defaultText());
                assertTrue(value >= p.minimum() && value <= p.maximum(), p.key());
            }
        }
    }

    @Test
    void defaults() {
        HardwareModel model = HandMade.machine();
        assertEquals(4096, model.peakMacsPerCycle());
        assertEquals(128, model.offChipBytesPerCycle());
        assertEquals(1e9, model.clockHz());
        assertEquals(
                Map.of(
                        IsOsSchema.LANES, 64L,
                        IsOsSchema.VECTOR_WIDTH, 8L,
                        IsOsSchema.FILTER_BUFFER, 1L << 20,
                        IsOsSchema.CONTEXT_ARRAY, 8L << 10,
                        IsOsSchema.QUEUES, 8L << 10,
                        IsOsSchema.PARTIAL_BYTES, 4L,
                        IsOsSchema.DEPTHWISE_PARTIAL_BYTES, 2L,
                        IsOsSchema.CONTEXTS, 16L,
                        IsOsSchema.COLUMN_SLACK, 1L),
                model.geometry().values());
    }

    @Test
    void everyParameterReachesTheModel() {
        IsoscelesModel model = (IsoscelesModel) HandMade.machine(
                "lanes=9",
                "processingElements=2",
                "vectorWidth=3",
                "scheduling=static",
                "schedulingPeriod=7",
                "contexts=5",
                "contextArray=1 KiB",
                "partialBytes=3 B",
                "partialFormat=coordinates",
                "columnSlack=19",
                "queues=2 KiB",
                "mergers=23",
                "postOpUnits=29",
                "filterBuffer=2 MiB",
                "clock=2 GHz",
                "dram.bandwidth=62 GB/s",
                "dram.latency=37 ns",
                "dram.burst=41 B",
                "poolings=counted",
                "energyTable=other");
        assertEquals(9 * 2 * 3, model.peakMacsPerCycle());
        assertEquals(31, model.offChipBytesPerCycle());
        assertEquals(2e9, model.clockHz());
        assertTrue(model.scheduler.keepsToShares());
        assertEquals(7, model.schedulingPeriodCycles);
        assertEquals(23, model.mergers);
        assertEquals(29, model.postOpUnits);
        assertEquals(74, model.dramLatencyCycles);
        assertEquals(41, model.dramBurstBytes);
        assertEquals("other", model.spec().text("energyTable"));
        assertEquals(
                Map.of(
                        IsOsSchema.LANES, 9L,
                        IsOsSchema.VECTOR_WIDTH, 3L,
                        IsOsSchema.FILTER_BUFFER, 2L << 20,
                        IsOsSchema.CONTEXT_ARRAY, 1024L,
                        IsOsSchema.QUEUES, 2048L,
                        IsOsSchema.PARTIAL_BYTES, 3L,
                        IsOsSchema.CONTEXTS, 5L,
                        IsOsSchema.COLUMN_SLACK, 19L),
                model.geometry().values());
        Layer pooling = new Layer(
                0,
                "pool",
                new LayerOp.Pooling(LayerOp.PoolingKind.MAX, Window.square(2, 2, 0), false),
                List.of(Layer.NETWORK_INPUT),
                Layer.NONE,
                new FeatureMapShape(1, 2, 2),
                new FeatureMapShape(1, 1, 1));
        assertFalse(model.leavesOut(pooling));
        assertTrue(HandMade.machine().leavesOut(pooling));
    }
}
