package dev.isos.hw.isosceles;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.ArrayList;
import java.util.List;

/** What a run has taken so far: cycles of segments and layers, bytes, accesses. Checks the laws that every segment obeys. */
final class RunAccounts {
    /** Value and coordinate of one element of a fiber in a queue. */
    static final int ENTRY_BYTES = 2;

    private final IsoscelesModel model;
    private final SegmentItems items;
    private final LaneUnits units;
    private final OffChipTransfers offChip;

    private final List<SegmentTiming> segmentTimings = new ArrayList<>();
    private final long[] layerBusy;
    private long offChipBytes;
    private long products;
    private long postOps;
    private long merges;
    private long filterBytesDelivered;
    private long contextRead;
    private long contextWritten;

    RunAccounts(IsoscelesModel model, SegmentItems items, LaneUnits units, OffChipTransfers offChip) {
        this.model = model;
        this.items = items;
        this.units = units;
        this.offChip = offChip;
        this.layerBusy = new long[units.layerStart.length];
    }

    /** A segment has ended. */
    void add(int segment, long segmentStart, long now) {
        IsoscelesRun.check(
                offChip.filterBufferUsed() == 0,
                "the filter buffer still holds filters at the end of segment " + segment);
        units.checkDone(segment);
        long cycles = now - segmentStart;
        long busiest = units.busiest();
        IsoscelesRun.check(busiest <= cycles, "a unit was busy for longer than segment " + segment + " took");
        for (int d = 0; d < items.depths(); d++) {
            int layer = items.layerAt(d);
            layerBusy[layer] = units.busiest(d);
            if (units.layerStart[layer] == Long.MAX_VALUE) {
                // a layer without computation, such as a concatenation
                units.layerStart[layer] = segmentStart;
                units.layerEnd[layer] = segmentStart;
            }
            merges += items.mergesOfDepth[d];
            contextRead += items.mergesOfDepth[d] * (items.hasFrontEnd[d] ? model.accumulatorBytes : ENTRY_BYTES);
        }
        // a prefetch may still be under way: what is left of it belongs to the next segment
        segmentTimings.add(new SegmentTiming(cycles, busiest, Math.min(cycles, offChip.busyCycles(now))));
        offChipBytes += items.offChipBytes();
        IsoscelesRun.check(
                offChip.dram().bytesMoved() == offChipBytes + offChip.prefetched(),
                "the DRAM moved " + (offChip.dram().bytesMoved() - offChip.prefetched()) + " bytes up to segment "
                        + segment + ", the items " + offChipBytes);
        products += items.products;
        postOps += items.postOps;
        filterBytesDelivered += items.filterBytes;
        // accumulations read and write a partial result each; fibers are written once and read as often as they are
        // used
        contextRead += items.products * model.accumulatorBytes
                + items.activations * ENTRY_BYTES
                + items.offChipByPhase[IsOsWork.STORE_OUTPUT];
        contextWritten += items.products * model.accumulatorBytes
                + items.heldByPhase[IsOsWork.LOAD_INPUT]
                + items.heldByPhase[IsOsWork.BACKEND];
    }

    /** All segments have ended. */
    MachineReport report(long cycles) {
        IsoscelesRun.check(offChip.prefetched() == 0, "weights were prefetched that no segment used");
        List<LayerTiming> layers = new ArrayList<>();
        for (int i = 0; i < units.layerStart.length; i++) {
            layers.add(new LayerTiming(units.layerStart[i], units.layerEnd[i], layerBusy[i]));
        }
        List<ActivityCount> activity = List.of(
                new ActivityCount(IsoscelesModel.MACS, "multiply-accumulate", products),
                new ActivityCount(IsoscelesModel.MERGE_ADDERS, "add", merges),
                new ActivityCount(IsoscelesModel.MERGE_COMPARATORS, "compare", merges),
                new ActivityCount(IsoscelesModel.POST_OP_UNITS, "operation", postOps),
                new ActivityCount(
                        IsoscelesModel.FILTER_BUFFER, "read", units.filterWordsRead() * model.filterWordBytes),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "write", offChip.filterBufferWritten()),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "read", filterBytesDelivered),
                new ActivityCount(IsoscelesModel.FILTER_REGISTERS, "write", filterBytesDelivered),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "read", contextRead),
                new ActivityCount(IsoscelesModel.CONTEXT_MEMORY, "write", contextWritten),
                new ActivityCount(IsoscelesModel.DRAM, "read", offChip.dram().bytesRead()),
                new ActivityCount(IsoscelesModel.DRAM, "write", offChip.dram().bytesWritten()));
        return new MachineReport(cycles, segmentTimings, layers, offChip.dram().bytesMoved(), activity);
    }
}
