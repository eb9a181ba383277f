package dev.isos.study.evaluation;

import dev.isos.study.evaluation.Published.Printed;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.evaluation.Published.Statistic;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Printed numbers of the paper beside ours. */
public final class PaperComparison {
    /** Difference from which on a mean is explained. */
    public static final double MEANS_WITHIN = 0.07;
    /** The same of a maximum. */
    public static final double MAXIMA_WITHIN = 0.20;

    private final EvaluationData data;
    private final PrintedNumbers ours;
    private final PrintedNumbers published;

    /**
     * A published number, ours, and how far ours is from it.
     *
     * @param difference relative to the published one: ours / paper - 1
     * @param at network of the paper's maximum; empty of other numbers
     * @param reason what the runs tell of a large difference, in a line; empty of a small one
     */
    public record Entry(
            String metric, double paper, double ours, double difference, String at, String reason, String source) {}

    public PaperComparison(EvaluationData data) {
        this.data = data;
        String normaliser = data.evaluation().normaliser();
        List<String> workloads = data.paper().workloads();
        this.ours = new PrintedNumbers(workloads, a -> ours(data.paper(), workloads, a), normaliser);
        this.published = new PrintedNumbers(workloads, a -> published(data, workloads, a), normaliser);
    }

    private static List<NetworkNumbers> ours(ComparedRuns runs, List<String> workloads, String accelerator) {
        return workloads.stream()
                .map(w -> runs.numbers(runs.workloads().indexOf(w), accelerator))
                .toList();
    }

    /** Null for networks of which no published number is at hand. */
    private static List<NetworkNumbers> published(EvaluationData data, List<String> workloads, String accelerator) {
        List<NetworkNumbers> all = new ArrayList<>();
        workloads.forEach(
                w -> all.add(data.published().networks().of(w, accelerator).orElse(null)));
        return all;
    }

    /** The headline, then the further printed numbers; those that the workloads of the evaluation allow to compare. */
    public static List<Entry> entries(EvaluationData data) {
        PaperComparison comparison = new PaperComparison(data);
        return Stream.concat(data.published().headline().stream(), data.published().further().stream())
                .flatMap(p -> comparison.entry(p).stream())
                .toList();
    }

    /** Of some workloads, the paper's number is computed from its bars, if there is one for each. */
    public Optional<Entry> entry(Printed p) {
        boolean single = p.statistic() == Statistic.SINGLE;
        if (single ? !ours.has(p) : !data.isWhole() && !published.has(p)) {
            return Optional.empty();
        }
        boolean printed = single || data.isWhole();
        double paper = printed ? comparable(p) : published.value(p);
        double difference = ours.value(p) / paper - 1;
        return Optional.of(new Entry(
                p.title(),
                paper,
                ours.value(p),
                difference,
                p.statistic() == Statistic.MAXIMUM ? at(p, printed) : "",
                Math.abs(difference) <= (p.isMean() ? MEANS_WITHIN : MAXIMA_WITHIN) ? "" : reason(p),
                data.published().cite(p.source() + (printed ? "" : " (of these networks)"))));
    }

    /** A printed mean share of the MACs is that of the figure's bars, and reads as much too high as they do. */
    private double comparable(Printed p) {
        return p.quantity() == Quantity.MAC_USE && p.statistic() == Statistic.MEAN
                ? p.value() / data.published().networks().macUseReadsHigh()
                : p.value();
    }

    /** Our value of what a printed number would measure. */
    public double ours(Printed p) {
        return ours.value(p);
    }

    private String at(Printed p, boolean printed) {
        return printed ? p.at() : published.workloads().get(published.largest(p));
    }

    /** Whether the networks with published numbers of their own show the difference, and which machine makes it. */
    private String reason(Printed p) {
        if (p.statistic() == Statistic.MAXIMUM) {
            int there = ours.workloads().indexOf(p.at());
            return there < 0
                    ? ""
                    : text(
                            "ours on %s; on %s %.2f",
                            ours.workloads().get(ours.largest(p)),
                            p.at(),
                            ours.values(p).get(there));
        }
        if (p.statistic() == Statistic.SINGLE) {
            return factors(p, List.of(p.at()));
        }
        List<String> known = ours.workloads().stream()
                .filter(w -> Stream.of(
                                p.accelerator(),
                                p.reference(),
                                data.evaluation().normaliser())
                        .filter(Objects::nonNull)
                        .allMatch(a -> data.published().networks().of(w, a).isPresent()))
                .toList();
        if (known.isEmpty()) {
            return "no published number of a single network is at hand";
        }
        PrintedNumbers our = new PrintedNumbers(known, a -> ours(data.paper(), known, a), ours.normaliser());
        PrintedNumbers their = new PrintedNumbers(known, a -> published(data, known, a), ours.normaliser());
        return text("on %d known networks %.2f, paper %.2f", known.size(), our.value(p), their.value(p))
                + factors(p, known);
    }

    /** How far each machine is from its published numbers. */
    private String factors(Printed p, List<String> known) {
        StringBuilder out = new StringBuilder();
        ToDoubleFunction<NetworkNumbers> value = PrintedNumbers.quantity(p.quantity());
        for (String accelerator : Stream.of(p.accelerator(), p.reference())
                .filter(Objects::nonNull)
                .toList()) {
            List<NetworkNumbers> our = ours(data.paper(), known, accelerator);
            List<NetworkNumbers> their = published(data, known, accelerator);
            if (!their.contains(null)) {
                out.append(
                        text("; %s %.2fx", accelerator, Means.geometric(our, value) / Means.geometric(their, value)));
            }
        }
        return out.toString();
    }

    /** Positions of the runs behind a number, in {@link EvaluationData#runs()}. */
    public List<Integer> runs(Printed p) {
        List<Integer> runs = new ArrayList<>();
        for (String accelerator : Stream.of(p.accelerator(), p.reference())
                .filter(Objects::nonNull)
                .toList()) {
            List<Integer> indices = data.paper().indicesOn(accelerator);
            if (p.statistic() == Statistic.SINGLE) {
                runs.add(indices.get(ours.workloads().indexOf(p.at())));
            } else {
                runs.addAll(indices);
            }
        }
        return runs;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
