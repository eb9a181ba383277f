package dev.isos.cli.evaluation;

import dev.isos.cli.evaluation.Evaluation.Metric;
import dev.isos.cli.figure.Figure;
import dev.isos.cli.figure.FigureReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes the figures of an evaluation from its data. */
public final class Figures {
    private Figures() {}

    /** Published metrics that figures stand beside. */
    public static List<Metric> metrics(Set<FigureId> figures) {
        List<Metric> metrics = new ArrayList<>();
        if (figures.contains(FigureId.SPEEDUP)) {
            metrics.add(Metric.SPEEDUP);
        }
        if (figures.contains(FigureId.TRAFFIC)) {
            metrics.add(Metric.TRAFFIC);
        }
        return metrics;
    }

    /**
     * The report.
     *
     * @param figures which ones
     * @param command the command line that makes the report again
     */
    public static FigureReport report(EvaluationData data, Set<FigureId> figures, String command) {
        List<Figure> all = new ArrayList<>();
        List<Metric> metrics = metrics(figures);
        if (!metrics.isEmpty()) {
            all.add(PaperComparison.of(data, metrics));
        }
        for (FigureId id : new TreeSet<>(figures)) {
            all.add(
                    switch (id) {
                        case SPEEDUP -> SpeedupFigure.of(data);
                        case TRAFFIC -> TrafficFigure.of(data);
                        case REUSE -> ReuseFigure.of(data);
                        case DATAFLOW -> DataflowTables.of(data);
                        case ENERGY -> EnergyFigure.of(data);
                        case AREA -> AreaFigure.of(data);
                        case UTILIZATION -> UtilizationFigure.of(data);
                        case SENSITIVITY -> SensitivityFigure.of(data);
                    });
        }
        return new FigureReport(data.evaluation().title(), command, all, data.runs());
    }
}
