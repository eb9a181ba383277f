package dev.isos.cli.evaluation;

import dev.isos.cli.figure.Figure;
import dev.isos.cli.figure.FigureReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes the figures of an evaluation from its data. */
public final class Figures {
    private Figures() {}

    /**
     * The report.
     *
     * @param figures which ones
     * @param command the command line that makes the report again
     */
    public static FigureReport report(EvaluationData data, Set<FigureId> figures, String command) {
        List<Figure> all = new ArrayList<>();
        for (FigureId id : new TreeSet<>(figures)) {
            switch (id) {
                case PAPER -> all.add(PaperComparison.of(data));
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
        return new FigureReport(data.evaluation().title(), command, all, data.runs());
    }
}
