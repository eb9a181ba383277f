package dev.isos.core.simulate;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import java.util.List;

/** Laws that every result of every accelerator obeys, built in or plugged in; a broken one fails the run. */
final class ResultChecks {
    private final String where;

    /** @param where workload and accelerator, for the message */
    ResultChecks(String where) {
        this.where = where;
    }

    /** No run is faster than its own bandwidth bound or its own MAC bound, and bytes moved are bytes asked for. */
    void machine(MachineReport report, HardwareModel hardware, long askedBytes, long performedMacs, int segments) {
        require(
                report.offChipBytes() == askedBytes,
                "moved " + report.offChipBytes() + " off-chip bytes, asked for were " + askedBytes);
        require(
                report.cycles() >= hardware.offChipCycles(askedBytes),
                "took " + report.cycles() + " cycles, fewer than its " + askedBytes + " off-chip bytes need");
        require(
                report.cycles() >= performedMacs / hardware.peakMacsPerCycle(),
                "took " + report.cycles() + " cycles, fewer than its " + performedMacs + " MACs need");
        require(
                report.segments().size() == segments,
                "has timings of " + report.segments().size() + " segments, not " + segments);
        long sum = 0;
        for (SegmentTiming segment : report.segments()) {
            sum += segment.cycles();
            require(segment.cycles() >= 0, "has a segment of negative length");
            require(
                    segment.computeBusyCycles() <= report.cycles() && segment.memoryBusyCycles() <= report.cycles(),
                    "has a unit that was busy for longer than the run");
        }
        for (LayerTiming layer : report.layers()) {
            require(
                    layer.computeCycles() <= report.cycles(),
                    "has a unit that worked for a layer for longer than the run");
            require(
                    0 <= layer.startCycle()
                            && layer.startCycle() <= layer.endCycle()
                            && layer.endCycle() <= report.cycles(),
                    "has a layer that begins or ends outside of the run");
        }
        require(sum == report.cycles(), "took " + report.cycles() + " cycles, but its segments add up to " + sum);
    }

    /** No segment needs more of a resource than there is. */
    void storage(List<Segment> segments) {
        for (int i = 0; i < segments.size(); i++) {
            for (StorageDemand demand : segments.get(i).storage()) {
                require(
                        demand.fits(),
                        "keeps " + demand.demandBytes() + " bytes in segment " + (i + 1) + " in the "
                                + demand.resource() + ", which has " + demand.limitBytes());
            }
        }
    }

    /** @param exact whether the layer performs exactly its effectual products; else at least so many */
    void products(boolean exact, Layer layer, long products, long effectual) {
        require(
                exact ? products == effectual : products >= effectual,
                "performed " + products + " MACs in layer " + layer.name() + ", effectual are " + effectual);
    }

    private void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IsosException(ErrorCode.SIMULATION_FAILED, where + " " + sentence);
        }
    }
}
