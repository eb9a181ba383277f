package dev.isos.core.simulate;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.core.plan.Explanations;
import dev.isos.core.plan.SegmentExplanation;
import dev.isos.core.simulate.SharedExecutions.LaidOut;
import dev.isos.core.simulate.StageTimes.Stage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Runs a workload on an accelerator: lays it out, has it planned, and has the plan executed or estimated. */
public final class Simulator {
    private final SharedExecutions shared = new SharedExecutions();
    private final Planner planner = new Planner(shared);
    private final Map<String, String> versions;

    /** @param versions versions of the plug-ins, reported in every result */
    public Simulator(Map<String, String> versions) {
        this.versions = Map.copyOf(versions);
    }

    /** Refuses an accelerator whose dataflow and hardware do not understand each other; else returns it. */
    public static ConfiguredAccelerator pair(ConfiguredAccelerator accelerator) {
        return pair(accelerator, List.of());
    }

    /**
     * Refuses an accelerator whose dataflow and hardware do not understand each other; else returns it.
     *
     * @param makers the plug-ins that the two are of, with their versions, for the refusal
     */
    public static ConfiguredAccelerator pair(ConfiguredAccelerator accelerator, Collection<String> makers) {
        Pairing.check(accelerator.accelerator().id(), accelerator.dataflow(), accelerator.hardware(), makers);
        new EnergyLaws("accelerator " + accelerator.accelerator().id(), accelerator.hardware())
                .components(accelerator.energy());
        return accelerator;
    }

    /** Forgets what runs on a workload have shared. */
    public void release(Workload workload) {
        shared.release(workload);
    }

    /** Cuts a workload into segments; checks that every layer is in exactly one, in order. */
    public ExecutionPlan plan(Workload workload, ConfiguredAccelerator accelerator) {
        return planner.plan(shared.gathered(workload), accelerator);
    }

    /** Explains each segment of a plan. */
    public List<SegmentExplanation> explain(Workload workload, ConfiguredAccelerator accelerator, ExecutionPlan plan) {
        return Explanations.of(planner.context(shared.gathered(workload), accelerator), plan);
    }

    /** Simulates. */
    public RunResult run(Workload asked, ConfiguredAccelerator accelerator, RunOptions options) {
        long startNanos = System.nanoTime();
        int batch = accelerator.hardware().spec().batch();
        Images.check(asked, batch);
        Workload workload = shared.gathered(asked);
        boolean estimated = accelerator.fidelity() == Fidelity.ANALYTICAL;
        if (estimated && batch > 1) {
            throw IsosException.unsupported("'batch' is " + batch + ", but the analytical fidelity of accelerator "
                    + accelerator.accelerator().id() + " estimates one image; use another fidelity");
        }
        StageTimes.Clock clock = options.stages().clock(estimated ? Stage.TIME : Stage.EXECUTE);
        LaidOut layout = shared.laidOut(workload, accelerator.dataflow().layout());
        List<List<LayerReference>> references = new ArrayList<>();
        if (!estimated) {
            clock.enter(Stage.VERIFY);
            boolean verify = options.verify() || workload.hasReference();
            for (int image = 0; image < batch; image++) {
                references.add(verify ? shared.reference(workload, image) : List.of());
            }
        }
        clock.enter(Stage.PLAN);
        CountedPlan plan = CountedPlan.of(
                planner.plan(workload, accelerator), layout.workload().network(), accelerator.hardware());
        PlannedRun run = new PlannedRun(workload, layout, accelerator, plan, options, startNanos, versions);
        clock.enter(estimated ? Stage.TIME : Stage.EXECUTE);
        RunResult result = estimated
                ? AnalyticalRun.estimate(
                        run, shared.densities(workload, layout.workload()), shared.reference(workload, 0))
                : new ExecutedRun(run, references, clock).execute();
        clock.enter(Stage.TIME);
        return result;
    }
}
