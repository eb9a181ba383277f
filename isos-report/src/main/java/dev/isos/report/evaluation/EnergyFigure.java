package dev.isos.report.evaluation;

import static dev.isos.report.figure.FigureColumn.number;
import static dev.isos.report.figure.FigureColumn.words;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.figure.Palette;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.Published;
import dev.isos.study.evaluation.Published.EnergyParts;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Energy by category, and by component. */
final class EnergyFigure {
    private static final double PJ_PER_MJ = 1e9;
    private static final double PJ_PER_UJ = 1e6;

    /** What energy goes into. */
    private record Category(String id, String name, ToDoubleFunction<Energy> pj) {}

    private static final List<Category> CATEGORIES = List.of(
            new Category("mac", "MAC", Energy::mac),
            new Category("sram", "SRAM", Energy::sram),
            new Category("dram", "DRAM", Energy::dram),
            new Category("other", "other", Energy::other));

    private EnergyFigure() {}

    static Figure of(EvaluationData all) {
        ComparedRuns data = all.beyond();
        return new Figure(
                FigureId.ENERGY.id(),
                "Energy",
                "Energy of one inference, from the counted activity of every component and an energy per action. Published: of"
                        + " the synthesised machine at 14/12 nm, without poolings; ours beside it with published-14nm, one number"
                        + " per DRAM byte, MAC and SRAM byte. Everything else at 45 nm, and every layer counts.",
                charts(all),
                List.of(published(all), table(data), componentTable(data)),
                List.of());
    }

    /** Millijoules of the machine whose energy is published, and ours on the same networks. */
    private static FigureTable published(EvaluationData all) {
        Published.Energy energy = all.published().energy();
        ComparedRuns runs = all.paper();
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < runs.workloads().size(); w++) {
            String workload = runs.workloads().get(w);
            int a = runs.accelerators().indexOf(energy.accelerator());
            RunResult.Energy ours = runs.run(w, a).energyPj();
            Optional<EnergyParts> parts = Optional.ofNullable(energy.values().get(workload));
            List<Object> cells = new ArrayList<>(List.of(workload));
            cells.addAll(pair(parts.map(EnergyParts::dram), ours.dram()));
            cells.addAll(pair(parts.map(EnergyParts::compute), ours.mac() + ours.other()));
            cells.addAll(pair(parts.map(EnergyParts::sram), ours.sram()));
            cells.addAll(pair(
                    parts.map(EnergyParts::total)
                            .or(() -> Optional.ofNullable(energy.totals().get(workload))),
                    ours.total()));
            rows.add(new FigureRow(cells, List.of(runs.index(w, a))));
        }
        List<FigureColumn> columns = new ArrayList<>(List.of(FigureElements.WORKLOAD));
        for (String part : List.of("DRAM", "compute", "SRAM", "all")) {
            String path = part.toLowerCase(Locale.ROOT);
            columns.add(number(path + "PaperMillijoules", part + " paper", 3));
            columns.add(number(path + "Millijoules", "ours", 3));
        }
        return new FigureTable(
                "energy-published",
                "Millijoules of " + energy.accelerator() + ", published and ours ("
                        + runs.run(0, 0).accelerator().energyModel() + ")",
                columns,
                rows);
    }

    private static List<Object> pair(Optional<Double> published, double picojoules) {
        return FigureElements.beside(published, picojoules / PJ_PER_MJ).subList(0, 2);
    }

    /** Categories of each accelerator, percent, means over the workloads. */
    private static Chart shares(EvaluationData all) {
        ComparedRuns data = all.beyond();
        List<Series> series = new ArrayList<>();
        for (int c = 0; c < CATEGORIES.size(); c++) {
            Category category = CATEGORIES.get(c);
            List<Double> values = new ArrayList<>();
            for (String accelerator : data.accelerators()) {
                values.add(Means.arithmetic(
                        data.runsOn(accelerator), r -> FigureElements.percent(share(r.energyPj(), category))));
            }
            series.add(new Series(category.name(), Palette.use(c), "energy", values));
        }
        return new Chart(
                "energy-shares",
                "Share of energy, percent",
                "What the energy of each accelerator goes into, in percent, mean over the workloads.",
                FigureElements.CHART_HEIGHT,
                Charts.percent(
                        Charts.horizontalBars(FigureElements.titles(all, data.accelerators()), "percent", series)));
    }

    private static double share(Energy energy, Category category) {
        return category.pj().applyAsDouble(energy) / energy.total();
    }

    private static List<Chart> charts(EvaluationData all) {
        ComparedRuns data = all.beyond();
        List<Chart> charts = new ArrayList<>(List.of(shares(all)));
        charts.addAll(FigureElements.byWorkload(
                all,
                data,
                "energy-totals",
                "Energy of one inference",
                "µJ",
                (w, a) -> data.run(w, a).energyPj().total() / PJ_PER_UJ,
                (w, a) -> null,
                List.of(),
                List.of(),
                true));
        charts.add(components(all));
        return charts;
    }

    /** Components of the accelerators that show what pipelining brings. */
    private static Chart components(EvaluationData all) {
        ComparedRuns data = all.beyond();
        Map<String, List<Double>> byComponent = new LinkedHashMap<>();
        List<String> categories = new ArrayList<>();
        for (int w : FigureElements.representatives(all, data)) {
            for (String accelerator : data.pipelining()) {
                RunResult run = data.runsOn(accelerator).get(w);
                for (ComponentResult component : run.components()) {
                    List<Double> values = byComponent.computeIfAbsent(component.name(), name -> new ArrayList<>());
                    while (values.size() < categories.size()) {
                        values.add(null);
                    }
                    values.add(component.energyPj() / Math.max(1, run.macs().effectual()));
                }
                categories.add(data.workloads().get(w) + " " + run.accelerator().mapping());
            }
        }
        List<Series> series = new ArrayList<>();
        byComponent.forEach((name, values) -> {
            while (values.size() < categories.size()) {
                values.add(null);
            }
            series.add(new Series(name, Palette.part(series.size()), "energy", values));
        });
        return new Chart(
                "energy-components",
                "Energy by component, pJ per effectual MAC",
                "Picojoules per effectual multiply-accumulate that each component takes, with the mapping policies of "
                        + String.join(", ", data.pipelining()) + ".",
                FigureElements.rows(categories.size()),
                Charts.horizontalBars(categories, "pJ per effectual MAC", series));
    }

    private static FigureTable table(ComparedRuns data) {
        List<FigureColumn> columns = new ArrayList<>(List.of(
                FigureElements.WORKLOAD, FigureElements.ACCELERATOR, number("totalMicrojoules", "total µJ", 1)));
        data.references()
                .forEach(reference ->
                        columns.add(number("energyReduction." + reference, "times less than " + reference, 2)));
        CATEGORIES.forEach(c -> columns.add(number(c.id() + "Microjoules", c.name() + " µJ", 1)));
        columns.add(number("picojoulesPerMac", "pJ per effectual MAC", 2));
        List<FigureRow> rows = new ArrayList<>();
        for (int w = 0; w < data.workloads().size(); w++) {
            for (int a = 0; a < data.machines().size(); a++) {
                RunResult run = data.run(w, a);
                List<Object> cells = new ArrayList<>(List.of(
                        data.workloads().get(w),
                        data.accelerators().get(a),
                        run.energyPj().total() / PJ_PER_UJ));
                for (String reference : data.references()) {
                    cells.add(reduction(data.runsOn(reference).get(w), run));
                }
                CATEGORIES.forEach(c -> cells.add(c.pj().applyAsDouble(run.energyPj()) / PJ_PER_UJ));
                cells.add(run.energyPj().total() / Math.max(1, run.macs().effectual()));
                rows.add(new FigureRow(cells, List.of(data.index(w, a))));
            }
        }
        if (data.workloads().size() > 1) {
            data.accelerators().forEach(accelerator -> rows.add(mean(data, accelerator, columns.size())));
        }
        return new FigureTable("energy", "Energy by category", columns, rows);
    }

    private static double reduction(RunResult reference, RunResult run) {
        return run.energyReductionOver(reference);
    }

    private static FigureRow mean(ComparedRuns data, String accelerator, int columns) {
        List<Object> cells = new ArrayList<>();
        cells.add(EvaluationData.MEAN);
        cells.add(accelerator);
        cells.add(null);
        List<RunResult> runs = data.runsOn(accelerator);
        for (String reference : data.references()) {
            List<RunResult> references = data.runsOn(reference);
            double[] ratios = new double[runs.size()];
            for (int w = 0; w < ratios.length; w++) {
                ratios[w] = reduction(references.get(w), runs.get(w));
            }
            cells.add(Means.geometric(ratios));
        }
        while (cells.size() < columns) {
            cells.add(null);
        }
        return new FigureRow(cells, data.indicesOn(accelerator));
    }

    private static FigureTable componentTable(ComparedRuns data) {
        List<FigureRow> rows = new ArrayList<>();
        for (String accelerator : data.accelerators()) {
            List<RunResult> runs = data.runsOn(accelerator);
            double all = runs.stream().mapToDouble(r -> r.energyPj().total()).sum();
            List<ComponentResult> first = runs.get(0).components();
            for (ComponentResult component : first) {
                double pj = runs.stream()
                        .flatMap(r -> r.components().stream())
                        .filter(c -> c.name().equals(component.name()))
                        .mapToDouble(ComponentResult::energyPj)
                        .sum();
                rows.add(FigureElements.row(
                        data.indicesOn(accelerator),
                        accelerator,
                        component.name(),
                        component.category(),
                        pj / PJ_PER_UJ,
                        FigureElements.percent(pj / all)));
            }
        }
        return new FigureTable(
                "energy-components",
                "Energy by component, over all workloads",
                List.of(
                        FigureElements.ACCELERATOR,
                        words("component", "component"),
                        words("category", "category"),
                        number("microjoules", "µJ", 1),
                        number("percent", "%", 1)),
                rows);
    }
}
