package dev.isos.hw.isosceles;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.law.ActivityAccount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What takes energy and area: 3 lanes of 5 processing elements of 7 multipliers. */
class ComponentsTest {
    private final IsoscelesModel model = (IsoscelesModel) HandMade.machine(
            "lanes=3",
            "processingElements=5",
            "vectorWidth=7",
            "mergers=11",
            "postOpUnits=13",
            "zeroDetectors=17",
            "contextArray=1 KiB",
            "queues=2 KiB",
            "filterBuffer=4 KiB",
            "clock=2 GHz",
            "dram.bandwidth=3 GB/s");

    @Test
    void componentsAreThoseOfAllLanes() {
        assertEquals(
                List.of(
                        new Component("macs", "mac-int8", 3 * 5 * 7, Map.of()),
                        new Component("mergers", "merger", 3 * 11, Map.of()),
                        new Component("postOpUnits", "post-op", 3 * 13, Map.of()),
                        new Component("filterFetchers", "fetcher", 3 * 16, Map.of()),
                        // each fetcher of a lane to each multiplier of it, 2 bytes
                        new Component("crossbars", "crosspoint", 3 * 16 * 5 * 7 * 2, Map.of()),
                        new Component("filterBuffer", "sram", 1, Map.of("bytes", 4096.0, "receivers", 3.0)),
                        new Component("contextArray", "sram", 3, Map.of("bytes", 1024.0)),
                        new Component("queues", "sram", 3, Map.of("bytes", 2048.0)),
                        new Component("dram", "dram", 1, Map.of())),
                model.components());
    }

    /** 1.5 bytes per cycle: 4 bytes fill 2 whole cycles, 5 bytes 3. */
    @Test
    void bytesFillCycles() {
        assertEquals(2, model.offChipCycles(4));
        assertEquals(3, model.offChipCycles(5));
    }

    @Test
    void theBackEndIsAsSlowAsItsSlowerPart() {
        assertEquals(0, model.backEndCycles(0, 0, 0));
        assertEquals(1, model.backEndCycles(11, 0, 13));
        assertEquals(2, model.backEndCycles(12, 0, 13));
        assertEquals(2, model.backEndCycles(0, 0, 14));
        assertEquals(3, model.backEndCycles(33, 0, 14));
        assertEquals(1, model.backEndCycles(11, 17, 13));
        assertEquals(4, model.backEndCycles(33, 52, 14));
    }

    /**
     * The formats of isosceles-next: places are read and looked at whether they hold zero or not, 90 of which 20 are not; queues give two
     * bytes for each that is stored, and what is loaded or stored is converted.
     */
    @Test
    void activityOfOtherFormats() {
        HardwareModel other = HandMade.machine("partialFormat=places", "activationFormat=shorter");
        DatapathCounts datapath = new DatapathCounts();
        datapath.mergedPartials = 20;
        datapath.mergedElements = 300;
        datapath.queuedBytes = 4001;
        datapath.filterReadBytes = 17;
        Map<String, Long> counts = new HashMap<>(datapath.counts());
        counts.putAll(Map.ofEntries(
                entry("products", 1000L),
                entry("elements", 50_000L),
                entry("merges", 320L),
                entry("places", 90L),
                entry("outputs", 7_000_000L),
                entry("filterBufferBytes", 31L),
                entry("load-input.bytes", 123L),
                entry("store-output.bytes", 900_000L),
                entry(Activity.READ, 131L),
                entry(Activity.WRITTEN, 900_001L)));
        assertEquals(
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 1000),
                        new ActivityCount("mergers", "merge", 320),
                        new ActivityCount("postOpUnits", "operation", 7_000_000),
                        new ActivityCount("filterFetchers", "fetch", 50_000),
                        new ActivityCount("crossbars", "transfer", 2000),
                        new ActivityCount("filterBuffer", "read", 17),
                        new ActivityCount("filterBuffer", "deliver", 2000),
                        new ActivityCount("filterBuffer", "write", 31),
                        new ActivityCount("contextArray", "read", 2 * (1000 + 90)),
                        new ActivityCount("contextArray", "write", 2000),
                        new ActivityCount("queues", "read", 2 * (50_000 + 300 + 900_000)),
                        new ActivityCount("queues", "write", 4001),
                        new ActivityCount("formatConverters", "operation", 123 + 900_000),
                        new ActivityCount("zeroDetectors", "operation", 2 * 90),
                        new ActivityCount("dram", "read", 131),
                        new ActivityCount("dram", "write", 900_001)),
                ActivityAccount.evaluate("here", other, counts));
    }

    @Test
    void activityFollowsFromTheTotals() {
        DatapathCounts datapath = new DatapathCounts();
        datapath.mergedPartials = 100;
        datapath.mergedElements = 1000;
        datapath.queuedBytes = 100_000;
        datapath.filterReadBytes = 17;
        Map<String, Long> counts = new HashMap<>(datapath.counts());
        counts.putAll(Map.of(
                "products",
                1L,
                "elements",
                10L,
                "merges",
                1100L,
                "outputs",
                10_000L,
                "filterBufferBytes",
                7L,
                "store-output.bytes",
                1_000_000L,
                Activity.READ,
                8L,
                Activity.WRITTEN,
                9L));
        assertEquals(
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 1),
                        new ActivityCount("mergers", "merge", 1100),
                        new ActivityCount("postOpUnits", "operation", 10_000),
                        new ActivityCount("filterFetchers", "fetch", 10),
                        new ActivityCount("crossbars", "transfer", 2),
                        new ActivityCount("filterBuffer", "read", 17),
                        new ActivityCount("filterBuffer", "deliver", 2),
                        new ActivityCount("filterBuffer", "write", 7),
                        new ActivityCount("contextArray", "read", 2 * 101),
                        new ActivityCount("contextArray", "write", 2),
                        new ActivityCount("queues", "read", 2 * 1010 + 1_000_000),
                        new ActivityCount("queues", "write", 100_000),
                        new ActivityCount("dram", "read", 8),
                        new ActivityCount("dram", "write", 9)),
                ActivityAccount.evaluate("here", model, counts));
    }
}
