package dev.isos.cli.command;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.text.PlanReport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos map}. */
@Command(
        name = "map",
        description =
                "Shows how a workload is cut into segments for an accelerator: what each of them stores on chip, what"
                        + " ended it, its estimated cycles, and what one more layer would need. Simulates nothing unless told to.")
final class MapCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-w", "--workload"},
            paramLabel = "WORKLOAD",
            required = true,
            description = "Built-in workload, or a file that an importer understands.")
    private String workload;

    @Mixin
    private AcceleratorOptions accelerator;

    @Option(
            names = "--simulate",
            description = "Also simulates and shows the cycles of each segment beside the estimate.")
    private boolean simulate;

    @Mixin
    private ImageOptions image;

    @Mixin
    private SourceOptions source;

    @Mixin
    private CommonOptions common;

    MapCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        accelerator.requirePlanned(simulate);
        Preflight.one("--workload", workload);
        WorkloadRequest request = image.request(source, common, session.console());
        Platform isos = common.platform(session);
        source.requireUsed(isos, List.of(workload), request);
        ConfiguredAccelerator machine = isos.accelerator(accelerator.request());
        Workload loaded = isos.workload(workload, request);
        try {
            ExecutionPlan plan = isos.plan(loaded, machine);
            RunResult simulated = null;
            if (simulate) {
                simulated = isos.run(
                        loaded,
                        machine,
                        new RunOptions(
                                false,
                                SimulationListener.NONE,
                                Runtime.getRuntime().availableProcessors(),
                                0));
            }
            common.print(
                    session,
                    new PlanReport(
                            loaded, machine.accelerator().id(), plan, isos.explain(loaded, machine, plan), simulated));
        } finally {
            isos.release(loaded);
        }
        return 0;
    }
}
