package dev.isos.report.evaluation;

import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.network.NetworkSection;
import dev.isos.report.page.Section;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.EvaluationRun;
import dev.isos.study.evaluation.FigureId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Makes the figures of an evaluation from its data. */
public final class Figures {
    private Figures() {}

    /**
     * The report.
     *
     * @param figures which ones
     * @param command the command line that makes the report again; empty for none
     * @param repeat the command line that repeats a run; empty for none
     */
    public static FigureReport report(
            EvaluationData data, Set<FigureId> figures, String command, Function<EvaluationRun, String> repeat) {
        List<Figure> all = new ArrayList<>();
        for (FigureId id : new TreeSet<>(figures)) {
            switch (id) {
                case PAPER -> all.add(PaperFigure.of(data));
                case SPEEDUP -> all.add(SpeedupFigure.of(data));
                case TRAFFIC -> all.add(TrafficFigure.of(data));
                case UTILIZATION -> all.add(UtilizationFigure.of(data));
                case PIPELINES -> PipelinesFigure.of(data).ifPresent(all::add);
                case ENERGY -> all.add(EnergyFigure.of(data));
                case AREA -> all.add(AreaFigure.of(data));
                case AGREEMENT -> all.add(AgreementFigure.of(data));
                case BEYOND -> all.add(BeyondFigure.of(data));
                case REUSE -> all.add(ReuseFigure.of(data));
                case DATAFLOW -> all.add(DataflowTables.of(data));
                case SENSITIVITY -> all.add(SensitivityFigure.of(data));
            }
        }
        List<SourceRun> runs = data.runs().stream()
                .map(run -> new SourceRun(run.result(), repeat.apply(run)))
                .toList();
        return new FigureReport(data.evaluation().title(), command, all, runs);
    }

    /** The networks as graphs, with the segments of the paper's machines and of what shows pipelining besides; empty without runs. */
    public static Optional<Section> networks(EvaluationData data, FigureReport report) {
        List<Integer> positions = new ArrayList<>();
        for (ComparedRuns runs : List.of(data.paper(), data.beyond())) {
            for (int w = 0; w < runs.workloads().size(); w++) {
                for (int a = 0; a < runs.machines().size(); a++) {
                    String machine = runs.accelerators().get(a);
                    if (runs == data.paper()
                            || runs.pipelining().contains(machine)
                                    && !data.paper().accelerators().contains(machine)) {
                        positions.add(runs.index(w, a));
                    }
                }
            }
        }
        return NetworkSection.of(positions.stream().map(report.runs()::get).toList());
    }
}
