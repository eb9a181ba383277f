package dev.isos.hw.isosceles;

import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a run has taken so far: cycles of segments and layers, bytes, accesses. Checks the laws that every segment obeys. */
final class RunAccounts {
    private final Lanes lanes;
    private final OffChip offChip;

    private final List<SegmentTiming> segmentTimings = new ArrayList<>();
    private final DatapathCounts[] counts;
    private final long[] layerStart;
    private final long[] layerEnd;
    private final long[] layerBusy;

    private long offChipBytes;

    RunAccounts(int layers, Lanes lanes, OffChip offChip) {
        this.lanes = lanes;
        this.offChip = offChip;
        this.counts = new DatapathCounts[layers];
        Arrays.setAll(counts, layer -> new DatapathCounts());
        this.layerStart = new long[layers];
        this.layerEnd = new long[layers];
        this.layerBusy = new long[layers];
        Arrays.fill(layerStart, Long.MAX_VALUE);
    }

    /** An item computes in these cycles. */
    void computed(SegmentItems items, int item, long start, long end) {
        int layer = items.layerOf(item);
        layerStart[layer] = Math.min(layerStart[layer], start);
        layerEnd[layer] = Math.max(layerEnd[layer], end);
    }

    /** All computation of a segment has ended. */
    void computed(SegmentItems items, long now) {
        IsoscelesRun.check(
                lanes.doneVectors() == items.vectors,
                "the processing elements multiplied " + lanes.doneVectors() + " vectors in segment " + items.segment
                        + ", asked for were " + items.vectors);
        items.busiestCycles = lanes.busiest();
        for (int d = 0; d < items.depths(); d++) {
            int layer = items.layerAt(d);
            layerBusy[layer] += lanes.busiest(d);
            if (layerStart[layer] == Long.MAX_VALUE) {
                // a layer without computation, such as a concatenation
                layerStart[layer] = now;
                layerEnd[layer] = now;
            }
        }
    }

    /** A segment has ended. */
    void end(SegmentItems items, long start, long now) {
        // transfers for the next segment may be under way: what is left of them belongs to it
        segmentTimings.add(
                new SegmentTiming(now - start, items.busiestCycles, Math.min(now - start, offChip.busyCycles(now))));
        offChipBytes += items.offChipBytes();
        for (int d = 0; d < items.depths(); d++) {
            DatapathCounts layer = counts[items.layerAt(d)];
            if (items.vectorsOfDepth[d] > 0) {
                layer.mergedPartials += items.mergesOfDepth[d];
            } else {
                layer.mergedElements += items.mergesOfDepth[d];
            }
            layer.queuedBytes += items.queuedBytesOfDepth[d];
            layer.filterReadBytes += items.filterReads.bytes(d);
        }
    }

    /** All segments have ended. */
    MachineReport report(long cycles) {
        IsoscelesRun.check(offChip.filterBufferUsed() == 0, "the filter buffer still holds filters at the end");
        IsoscelesRun.check(
                offChip.bytesMoved() == offChipBytes,
                "the DRAM moved " + offChip.bytesMoved() + " bytes, the items " + offChipBytes);
        List<LayerTiming> layers = new ArrayList<>();
        DatapathCounts total = new DatapathCounts();
        for (int i = 0; i < layerStart.length; i++) {
            // of a layer that is left out both are 0
            layers.add(new LayerTiming(
                    Math.min(layerStart[i], layerEnd[i]), layerEnd[i], layerBusy[i], counts[i].counts()));
            total.add(counts[i]);
        }
        return new MachineReport(cycles, segmentTimings, layers, offChip.bytesMoved(), total.counts());
    }
}
