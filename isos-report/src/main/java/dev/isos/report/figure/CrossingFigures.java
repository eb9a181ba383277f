package dev.isos.report.figure;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.study.compare.Crossings;
import dev.isos.study.compare.Crossings.Cost;
import dev.isos.study.compare.Crossings.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Figures of where accelerators stop being better than one of them, along the sparsity of weights or a parameter. */
final class CrossingFigures {
    private static final int HEIGHT = 400;

    private CrossingFigures() {}

    /** One per axis and workload; none where the runs make no curves. */
    static List<Figure> of(List<RunResult> runs, int accelerators, int baseline) {
        List<Crossings> all = Crossings.of(runs, accelerators, baseline);
        List<Figure> figures = new ArrayList<>();
        for (Crossings each : all) {
            String id = all.size() == 1 ? "crossings" : "crossings-" + (figures.size() + 1);
            figures.add(figure(id, each));
        }
        return figures;
    }

    private static Figure figure(String id, Crossings crossings) {
        String axis = axis(crossings);
        String baseline = name(crossings.baseline(), crossings);
        List<Chart> charts = new ArrayList<>();
        for (Cost cost : Cost.values()) {
            charts.add(chart(id, axis, cost, crossings));
        }
        List<String> remarks = new ArrayList<>();
        for (Curve curve : crossings.curves()) {
            for (Cost cost : Cost.values()) {
                remarks.add(remark(crossings, curve, cost));
            }
        }
        return new Figure(
                id,
                "Where " + baseline + " stops paying off on " + crossings.workload(),
                "What each accelerator takes, divided by what " + baseline + " takes, over " + axis
                        + ": above 1 the latter is better. Diamonds are where both are equal, interpolated.",
                charts,
                List.of(points(id, axis, crossings), equal(id, axis, crossings)),
                remarks);
    }

    /** An accelerator as the figure calls it: by its id if no other one has that. */
    private static String name(String accelerator, Crossings crossings) {
        long same = Stream.concat(
                        Stream.of(crossings.baseline()),
                        crossings.curves().stream().map(Curve::accelerator))
                .filter(other -> id(other).equals(id(accelerator)))
                .count();
        return same == 1 ? id(accelerator) : accelerator;
    }

    private static String id(String accelerator) {
        return accelerator.replaceFirst(":.*", "");
    }

    private static String axis(Crossings crossings) {
        return crossings.unit().isEmpty() ? crossings.axis() : crossings.axis() + ", " + crossings.unit();
    }

    private static Chart chart(String id, String axis, Cost cost, Crossings crossings) {
        List<Cloud> curves = new ArrayList<>();
        List<Point> equal = new ArrayList<>();
        for (Curve curve : crossings.curves()) {
            String machine = name(curve.accelerator(), crossings);
            curves.add(new Cloud(
                    machine,
                    Palette.accelerator(id(machine)),
                    Palette.symbol(curves.size()),
                    curve.points().stream()
                            .map(point -> new Point(point.x(), point.times().get(cost), machine))
                            .toList()));
            curve.crossings(cost).forEach(x -> equal.add(new Point(x, 1, machine)));
        }
        return new Chart(
                id + "-" + cost.label().replace(' ', '-'),
                "Times the " + cost.label() + " of " + name(crossings.baseline(), crossings),
                "Lines: how many times the " + cost.label() + " of " + name(crossings.baseline(), crossings)
                        + " each accelerator takes, over " + axis + "; marked where both are equal.",
                HEIGHT,
                Charts.crossings(
                        axis,
                        "times the " + cost.label(),
                        curves,
                        equal,
                        crossings.curves().get(0).logarithmic()));
    }

    private static FigureTable points(String id, String axis, Crossings crossings) {
        List<FigureColumn> columns = new ArrayList<>(
                List.of(FigureColumn.words("accelerator", "accelerator"), FigureColumn.number("x", axis, 1)));
        for (Cost cost : Cost.values()) {
            columns.add(FigureColumn.number("times." + name(cost), "times the " + cost.label(), 3));
        }
        List<FigureRow> rows = new ArrayList<>();
        for (Curve curve : crossings.curves()) {
            for (Crossings.Point point : curve.points()) {
                List<Object> cells = new ArrayList<>(List.of(name(curve.accelerator(), crossings), point.x()));
                for (Cost cost : Cost.values()) {
                    cells.add(point.times().get(cost));
                }
                rows.add(new FigureRow(cells, List.of(point.run(), point.baseline())));
            }
        }
        return new FigureTable(id, "Beside " + name(crossings.baseline(), crossings), columns, rows);
    }

    private static FigureTable equal(String id, String axis, Crossings crossings) {
        List<FigureRow> rows = new ArrayList<>();
        for (Curve curve : crossings.curves()) {
            List<Integer> runs = curve.points().stream()
                    .flatMap(point -> List.of(point.run(), point.baseline()).stream())
                    .toList();
            for (Cost cost : Cost.values()) {
                curve.crossings(cost)
                        .forEach(x -> rows.add(
                                new FigureRow(List.of(name(curve.accelerator(), crossings), cost.label(), x), runs)));
            }
        }
        return new FigureTable(
                id + "-equal",
                "Where both are equal",
                List.of(
                        FigureColumn.words("accelerator", "accelerator"),
                        FigureColumn.words("cost", "in"),
                        FigureColumn.number("x", axis, 1)),
                rows);
    }

    private static String name(Cost cost) {
        return cost.name().toLowerCase(Locale.ROOT);
    }

    private static String remark(Crossings crossings, Curve curve, Cost cost) {
        List<Double> equal = curve.crossings(cost);
        String less = String.format(
                "%s takes less %s than %s ",
                name(crossings.baseline(), crossings), cost.label(), name(curve.accelerator(), crossings));
        if (cost == Cost.CYCLES || cost == Cost.BYTES) {
            less = less.replace(" takes less ", " takes fewer ");
        }
        if (equal.isEmpty()) {
            return less + (curve.beginsAbove(cost) ? "at every value." : "at none of the values.");
        }
        String places =
                equal.stream().map(x -> String.format(Locale.ROOT, "%.1f", x)).collect(Collectors.joining(" and "));
        String unit = crossings.unit().equals("percent") ? " %" : " " + crossings.unit();
        String where = equal.size() > 1 ? "at first, with a change at " : curve.beginsAbove(cost) ? "below " : "above ";
        if (equal.size() > 1 && !curve.beginsAbove(cost)) {
            where = "not at first, with a change at ";
        }
        return less + where + places + unit.stripTrailing() + ".";
    }
}
