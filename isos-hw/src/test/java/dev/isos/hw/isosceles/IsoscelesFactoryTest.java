package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.unit.Quantity;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IsoscelesFactoryTest {
    private static final List<HardwareParameter> PARAMETERS = new IsoscelesFactory().parameters();

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
                Map.ofEntries(
                        Map.entry(IsOsWork.LANE_PARTITION, 0L),
                        Map.entry(IsOsWork.LANES, 64L),
                        Map.entry(IsOsWork.WEIGHTS_PER_SLOT, 4L),
                        Map.entry(IsOsWork.ACCUMULATOR_BANKS, 128L),
                        Map.entry(IsOsWork.ACCUMULATOR_BYTES, 4L),
                        Map.entry(IsOsWork.PARTIAL_COLUMN_SLACK, 1L),
                        Map.entry(IsOsWork.FILTER_BUFFER_BYTES_KEY, 1L << 20),
                        Map.entry(IsOsWork.CONTEXT_BYTES_PER_LANE, 32L << 10),
                        Map.entry(IsOsWork.CONTEXTS, 16L),
                        Map.entry(IsOsWork.OFF_CHIP_BITMASK, 1L),
                        Map.entry(IsOsWork.SLOTS, 16L),
                        Map.entry(IsOsWork.ACCUMULATOR_QUEUE, 16L),
                        Map.entry(IsOsWork.FILTER_WORD_BYTES, 64L)),
                model.geometry().values());
    }

    @Test
    void everyParameterReachesTheModel() {
        IsoscelesModel model = (IsoscelesModel) HandMade.machine(
                "lanes=8",
                "slotsPerLane=2",
                "weightsPerSlot=3",
                "accumulatorBanks=5",
                "accumulatorBytes=3 B",
                "accumulatorQueue=9",
                "clock=2 GHz",
                "filterBuffer=2 MiB",
                "filterBanks=7",
                "filterBankWidth=11 B",
                "multicastWindow=13",
                "contextMemory=1 KiB",
                "contexts=17",
                "partialColumnSlack=19",
                "mergeWidth=23",
                "postOpWidth=29",
                "scheduling=oldest-wavefront",
                "dram.bandwidth=62 GB/s",
                "dram.latency=37 ns",
                "dram.burst=41 B",
                "dram.bitmask=off",
                "energyTable=other");
        assertEquals(8 * 2 * 3, model.peakMacsPerCycle());
        assertEquals(31, model.offChipBytesPerCycle());
        assertEquals(2e9, model.clockHz());
        assertEquals(7, model.filterBanks);
        assertEquals(7 * 11, model.filterPortBytesPerCycle);
        assertEquals(13, model.multicastWindowCycles);
        assertEquals(23, model.mergeWidth);
        assertEquals(29, model.postOpWidth);
        assertEquals(Scheduling.OLDEST_WAVEFRONT, model.scheduling);
        assertEquals(74, model.dramLatencyCycles);
        assertEquals(41, model.dramBurstBytes);
        assertEquals("other", model.spec().text("energyTable"));
        assertEquals(
                Map.ofEntries(
                        Map.entry(IsOsWork.LANE_PARTITION, 0L),
                        Map.entry(IsOsWork.LANES, 8L),
                        Map.entry(IsOsWork.WEIGHTS_PER_SLOT, 3L),
                        Map.entry(IsOsWork.ACCUMULATOR_BANKS, 5L),
                        Map.entry(IsOsWork.ACCUMULATOR_BYTES, 3L),
                        Map.entry(IsOsWork.PARTIAL_COLUMN_SLACK, 19L),
                        Map.entry(IsOsWork.FILTER_BUFFER_BYTES_KEY, 2L << 20),
                        Map.entry(IsOsWork.CONTEXT_BYTES_PER_LANE, 1024L),
                        Map.entry(IsOsWork.CONTEXTS, 17L),
                        Map.entry(IsOsWork.OFF_CHIP_BITMASK, 0L),
                        Map.entry(IsOsWork.SLOTS, 2L),
                        Map.entry(IsOsWork.ACCUMULATOR_QUEUE, 9L),
                        Map.entry(IsOsWork.FILTER_WORD_BYTES, 11L)),
                model.geometry().values());
    }

    @Test
    void contradictionsAreNamed() {
        IsosException e = assertThrows(IsosException.class, () -> HandMade.machine("contextMemory=256 B"));
        assertEquals(
                "hardware isosceles: contextMemory of 256 bytes must hold at least one partial result in each of its 128"
                        + " accumulatorBanks, that is 512 bytes",
                e.getMessage());
    }
}
