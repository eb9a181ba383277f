package dev.isos.report.diff;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.report.figure.Charts;
import dev.isos.report.figure.Charts.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Differences one after the other: each bar begins where the one before has ended, and the last is their sum. */
final class Waterfall {
    private static final String MORE = "more in B";
    private static final String LESS = "less in B";
    private static final String SUM = "whole run";
    private static final String MORE_COLOUR = "#d55e00";
    private static final String LESS_COLOUR = "#0072b2";
    private static final String SUM_COLOUR = "#8c8c8c";
    private static final String PILE = "steps";

    /** More bars would not be told apart; those that differ least become one. */
    private static final int MOST_STEPS = 16;

    private Waterfall() {}

    /** A difference. */
    record Step(String name, double difference) {}

    /** At most so many steps: the largest, in their order, and the sum of the others. */
    static List<Step> largest(List<Step> all) {
        if (all.size() <= MOST_STEPS) {
            return all;
        }
        Set<Integer> kept = new HashSet<>(IntStream.range(0, all.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(all.get(i).difference())))
                .limit(MOST_STEPS - 1L)
                .toList());
        List<Step> steps = new ArrayList<>();
        double rest = 0;
        for (int i = 0; i < all.size(); i++) {
            if (kept.contains(i)) {
                steps.add(all.get(i));
            } else {
                rest += all.get(i).difference();
            }
        }
        steps.add(new Step("the " + (all.size() - kept.size()) + " others", rest));
        return steps;
    }

    /** An option of ECharts. */
    static ObjectNode of(List<Step> steps, String axis) {
        List<Double> base = new ArrayList<>();
        List<List<Double>> more = List.of(new ArrayList<>(), new ArrayList<>());
        List<List<Double>> less = List.of(new ArrayList<>(), new ArrayList<>());
        List<Double> sum = new ArrayList<>();
        double at = 0;
        for (Step step : steps) {
            double low = Math.min(at, at + step.difference());
            double high = Math.max(at, at + step.difference());
            base.add(low > 0 ? low : high < 0 ? high : 0);
            // what crosses 0 has a part on either side, since piles do not
            boolean grows = step.difference() > 0;
            add(grows ? more : less, Math.max(0, high) - Math.max(0, low), Math.min(0, low) - Math.min(0, high));
            add(grows ? less : more, 0, 0);
            sum.add(0.0);
            at += step.difference();
        }
        base.add(0.0);
        add(more, 0, 0);
        add(less, 0, 0);
        sum.add(at);
        List<String> names =
                Stream.concat(steps.stream().map(Step::name), Stream.of(SUM)).toList();
        ObjectNode option = Charts.horizontalBars(
                names,
                axis,
                List.of(
                        new Series("", "transparent", PILE, base),
                        new Series(MORE, MORE_COLOUR, PILE, more.get(0)),
                        new Series(MORE, MORE_COLOUR, PILE, more.get(1)),
                        new Series(LESS, LESS_COLOUR, PILE, less.get(0)),
                        new Series(LESS, LESS_COLOUR, PILE, less.get(1)),
                        new Series(SUM, SUM_COLOUR, PILE, sum)));
        option.remove("aria");
        ArrayNode legend = ((ObjectNode) option.get("legend")).putArray("data");
        List.of(MORE, LESS, SUM).forEach(legend::add);
        ObjectNode under = (ObjectNode) option.get("series").get(0);
        under.put("silent", true).putObject("tooltip").put("show", false);
        return option;
    }

    private static void add(List<List<Double>> parts, double above, double below) {
        parts.get(0).add(above);
        parts.get(1).add(below);
    }
}
