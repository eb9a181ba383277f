package dev.isos.hw.stepped;

import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ExecutingRun;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.hw.isosceles.IsoscelesModel;
import dev.isos.hw.isosceles.IsoscelesRun;
import java.util.List;

/** A run of the machine whose lanes are {@link SteppedLanes}. */
public final class SteppedRun implements ExecutingRun {
    private final SteppedLanes lanes;
    private final IsoscelesRun run;

    /** @param operands for each image filters, post-operations and the network's input */
    public SteppedRun(IsoscelesModel model, RunRequest request, WorkSchema schema, List<Workload> operands) {
        for (Layer layer : request.network().layers()) {
            boolean planned = request.plan().segments().stream()
                    .anyMatch(segment -> segment.layers().contains(layer.index()));
            if (!planned) {
                throw new IsosException(
                        ErrorCode.INFEASIBLE,
                        "the stepped fidelity computes every layer, but layer " + layer.name()
                                + " is left out of the plan; ask for it with poolings=counted");
            }
        }
        lanes = new SteppedLanes(model, request, schema, operands);
        run = new IsoscelesRun(model, request, schema, lanes);
    }

    @Override
    public WorkSink beginSegment(int segment) {
        return lanes.listen(segment, run.beginSegment(segment));
    }

    @Override
    public void endSegment() {
        run.endSegment();
    }

    @Override
    public MachineReport finish() {
        MachineReport report = run.finish();
        return new MachineReport(
                report.cycles(), report.segments(), report.layers(), report.offChipBytes(), lanes.counts());
    }

    @Override
    public ActivationTensor output(int image, int layer) {
        return lanes.output(image, layer);
    }
}
