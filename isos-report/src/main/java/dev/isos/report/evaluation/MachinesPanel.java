package dev.isos.report.evaluation;

import dev.isos.report.figure.Palette;
import dev.isos.report.page.Opening.Panel;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.PaperComparison;
import dev.isos.study.evaluation.Published.Printed;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.evaluation.Published.Statistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How fast the paper's machines are, and how few bytes they move, relative to one of them. */
final class MachinesPanel {
    /**
     * A bar.
     *
     * @param width percent of the scale
     * @param paperAt percent of the scale; negative where none is at hand
     * @param oneAt the reference's
     */
    record Row(String machine, String colour, double value, double width, double paper, double paperAt, double oneAt) {}

    /** Rows of a metric. */
    record Group(String title, List<Row> rows) {}

    private static final double ROOM = 1.04;

    private MachinesPanel() {}

    static Panel of(EvaluationData data, String reference) {
        List<Group> groups = List.of(
                group(data, reference, "Speed", Quantity.SPEEDUP, Statistic.GEOMETRIC_MEAN),
                group(data, reference, "Off-chip bytes saved", Quantity.BYTES, Statistic.RATIO_OF_MEANS));
        return new Panel(
                "machines",
                "Fewer bytes are what makes it faster",
                out -> JtemachinesGenerated.render(out, null, groups),
                EvaluationOpening.text(
                        "Times %s, all %d networks: the geometric mean of speeds, and as in the paper the ratio of the means of"
                                + " normalised bytes. Line: %s. Marks: published.",
                        data.evaluation().title(reference),
                        data.paper().workloads().size(),
                        data.evaluation().title(reference)));
    }

    private static Group group(
            EvaluationData data, String reference, String title, Quantity quantity, Statistic statistic) {
        ComparedRuns runs = data.paper();
        PaperComparison comparison = new PaperComparison(data);
        List<Double> ours = new ArrayList<>();
        List<Optional<Double>> papers = new ArrayList<>();
        for (String accelerator : runs.accelerators()) {
            ours.add(comparison.ours(new Printed(quantity, statistic, accelerator, reference, 1, null, "")));
            papers.add(published(data, accelerator, reference, quantity, statistic));
        }
        double scale = ROOM
                * Math.max(
                        ours.stream().mapToDouble(v -> v).max().orElse(1),
                        papers.stream()
                                .flatMap(Optional::stream)
                                .mapToDouble(v -> v)
                                .max()
                                .orElse(1));
        List<Row> rows = new ArrayList<>();
        for (int a = 0; a < ours.size(); a++) {
            String accelerator = runs.accelerators().get(a);
            double paper = papers.get(a).orElse(-1.0);
            rows.add(new Row(
                    data.evaluation().title(accelerator),
                    Palette.variable(Palette.accelerator(accelerator)),
                    ours.get(a),
                    FigureElements.percent(ours.get(a) / scale),
                    paper,
                    paper < 0 ? -1 : FigureElements.percent(paper / scale),
                    FigureElements.percent(1 / scale)));
        }
        return new Group(title, rows);
    }

    /** The printed number; where only the inverse, or ratios to a third machine are printed, what follows from them. */
    private static Optional<Double> published(
            EvaluationData data, String accelerator, String reference, Quantity quantity, Statistic statistic) {
        if (accelerator.equals(reference)) {
            return Optional.empty();
        }
        return direct(data, accelerator, reference, quantity, statistic)
                .or(() -> direct(data, reference, accelerator, quantity, statistic)
                        .map(v -> 1 / v))
                .or(() -> data.paper().accelerators().stream()
                        .flatMap(third -> direct(data, third, reference, quantity, statistic)
                                .flatMap(over -> direct(data, third, accelerator, quantity, statistic)
                                        .map(other -> over / other))
                                .stream())
                        .findFirst());
    }

    private static Optional<Double> direct(
            EvaluationData data, String accelerator, String reference, Quantity quantity, Statistic statistic) {
        PaperComparison comparison = new PaperComparison(data);
        return data.published().headline().stream()
                .filter(p -> p.quantity() == quantity
                        && p.statistic() == statistic
                        && p.accelerator().equals(accelerator)
                        && reference.equals(p.reference()))
                .flatMap(p -> comparison.entry(p).stream())
                .map(PaperComparison.Entry::paper)
                .findFirst();
    }
}
