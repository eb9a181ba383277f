package dev.isos.report.evaluation;

import dev.isos.report.figure.Palette;
import dev.isos.report.page.Opening.Panel;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.NetworkNumbers;
import java.util.ArrayList;
import java.util.List;

/** Off-chip bytes of a machine that works layer by layer and of one that pipelines: weights and activations of each. */
final class ActivationsPanel {
    /**
     * A bar.
     *
     * @param network first of its rows: what it is of; else empty
     * @param workload id, likewise
     * @param weightsWidth percent of the longest bar of the network
     * @param activationsWidth the same
     */
    record Row(
            String network,
            String workload,
            String machine,
            double weightsWidth,
            double activationsWidth,
            double megabytes,
            double activationsPercent) {}

    private ActivationsPanel() {}

    static Panel of(EvaluationData data, String layerByLayer, String pipelined) {
        ComparedRuns runs = data.paper();
        List<Row> rows = new ArrayList<>();
        for (int w : FigureElements.representatives(data, runs)) {
            NetworkNumbers first = runs.numbers(w, layerByLayer);
            NetworkNumbers second = runs.numbers(w, pipelined);
            double longest = Math.max(first.totalMegabytes(), second.totalMegabytes());
            String network = data.evaluation().title(runs.run(w, 0).workload().network());
            rows.add(row(network, runs.workloads().get(w), data.evaluation().title(layerByLayer), first, longest));
            rows.add(row("", "", data.evaluation().title(pipelined), second, longest));
        }
        String weights = Palette.variable(Palette.role(0));
        String activations = Palette.variable(Palette.role(1));
        return new Panel(
                "activations",
                "Layer by layer, activations are nearly all the traffic; pipelined, most of them stay on chip",
                out -> JteactivationsGenerated.render(out, null, rows, weights, activations),
                "Off-chip megabytes of one inference, at the middle sparsity of each network; every network has a scale of its own.");
    }

    private static Row row(String network, String workload, String machine, NetworkNumbers n, double longest) {
        return new Row(
                network,
                workload,
                machine,
                FigureElements.percent(n.weightsMegabytes() / longest),
                FigureElements.percent(EvaluationOpening.activationMegabytes(n) / longest),
                n.totalMegabytes(),
                EvaluationOpening.sharePercent(n));
    }
}
