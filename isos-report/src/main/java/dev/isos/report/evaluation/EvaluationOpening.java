package dev.isos.report.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.report.page.Opening;
import dev.isos.report.page.Opening.Chapter;
import dev.isos.report.page.Opening.KeyNumber;
import dev.isos.report.page.Opening.Panel;
import dev.isos.study.evaluation.Agreement;
import dev.isos.study.evaluation.ComparedRuns;
import dev.isos.study.evaluation.EvaluationData;
import dev.isos.study.evaluation.FigureId;
import dev.isos.study.evaluation.NetworkNumbers;
import dev.isos.study.evaluation.PaperComparison;
import dev.isos.study.evaluation.Published.Printed;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.evaluation.Published.Statistic;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the page of an evaluation begins with. Every number in it is computed from the runs, or published. */
public final class EvaluationOpening {
    private static final List<Chapter> CHAPTERS = List.of(
            chapter(
                    "The check against the paper",
                    List.of(
                            FigureId.PAPER,
                            FigureId.AGREEMENT,
                            FigureId.SPEEDUP,
                            FigureId.TRAFFIC,
                            FigureId.UTILIZATION,
                            FigureId.PIPELINES)),
            chapter("Energy and area", List.of(FigureId.ENERGY, FigureId.AREA)),
            chapter("Sensitivity: other baselines, other sizes", List.of(FigureId.BEYOND, FigureId.SENSITIVITY)),
            chapter("Dataflows and reuse", List.of(FigureId.REUSE, FigureId.DATAFLOW), "wavefronts"),
            chapter("Runs", List.of(), "network", "timeline"));

    private final EvaluationData data;
    private final ComparedRuns runs;
    private final PaperComparison comparison;
    private final String accelerator;
    private final String reference;

    private EvaluationOpening(EvaluationData data) {
        this.data = data;
        this.runs = data.paper();
        this.comparison = new PaperComparison(data);
        this.accelerator = runs.pipelining().get(runs.pipelining().size() - 1);
        this.reference = runs.references().get(0);
    }

    private static Chapter chapter(String title, List<FigureId> figures, String... sections) {
        return new Chapter(
                title,
                Stream.concat(figures.stream().map(FigureId::id), Stream.of(sections))
                        .toList());
    }

    /**
     * The opening; empty of an evaluation that does not compare the paper's machines.
     *
     * @param pipelining what shows layers that run at the same time, if it was drawn
     */
    public static Optional<Opening> of(EvaluationData data, Optional<Panel> pipelining) {
        return data.paper().machines().isEmpty() || data.paper().workloads().isEmpty()
                ? Optional.empty()
                : Optional.of(new EvaluationOpening(data).opening(pipelining));
    }

    private Opening opening(Optional<Panel> pipelining) {
        List<Panel> panels = new ArrayList<>();
        panels.add(ActivationsPanel.of(data, reference, accelerator));
        pipelining.ifPresent(panels::add);
        DataflowPanel.of(data).ifPresent(panels::add);
        panels.add(MachinesPanel.of(data, reference));
        return new Opening(
                sentence(),
                Stream.of(speed(), traffic(), activations())
                        .flatMap(Optional::stream)
                        .toList(),
                verdict(),
                FigureId.AGREEMENT.id(),
                panels,
                CHAPTERS);
    }

    private String name(String id) {
        return data.evaluation().title(id);
    }

    private String sentence() {
        List<String> others = runs.references().stream().map(this::name).toList();
        boolean verified = runs.results().stream().allMatch(RunResult::verified);
        return text(
                "%s runs several layers of a sparse CNN at once, so that activations stay on chip. Simulated here beside %s on %d"
                        + " pruned %s%s; the numbers of its paper (%s) stand beside ours.",
                name(accelerator),
                String.join(" and ", others),
                runs.workloads().size(),
                runs.workloads().size() == 1 ? "network" : "networks",
                verified ? ", every output checked bit for bit" : "",
                data.published().paper().replaceAll("^.*, (\\S+ \\d+)$", "$1"));
    }

    private Optional<KeyNumber> speed() {
        return number(
                Quantity.SPEEDUP,
                Statistic.GEOMETRIC_MEAN,
                "as fast as ",
                text(
                        "Memory limits both: %s uses %.0f %% of the bandwidth, %s %.0f %%. Fewer bytes take less time.",
                        name(reference),
                        bandwidthPercent(reference),
                        name(accelerator),
                        bandwidthPercent(accelerator)));
    }

    private Optional<KeyNumber> traffic() {
        double fewer = Means.geometric(
                IntStream.range(0, runs.workloads().size()).boxed().toList(),
                w -> activationMegabytes(runs.numbers(w, reference))
                        / activationMegabytes(runs.numbers(w, accelerator)));
        return number(
                Quantity.BYTES,
                Statistic.RATIO_OF_MEANS,
                "fewer off-chip bytes than ",
                text(
                        "Weights cost both the same. Of activations, %s moves %.1f times fewer bytes: its layers hand them over on"
                                + " chip.",
                        name(accelerator), fewer));
    }

    /** The number over the reference, and beside it the one over the next. */
    private Optional<KeyNumber> number(Quantity quantity, Statistic statistic, String words, String why) {
        return printed(quantity, statistic, reference)
                .flatMap(p -> comparison.entry(p).map(e -> {
                    String also = runs.references().stream()
                            .skip(1)
                            .flatMap(other -> printed(quantity, statistic, other).stream())
                            .flatMap(other -> comparison.entry(other).stream()
                                    .map(o -> text(
                                            "%s %.2f× (paper %.2f×)", name(other.reference()), o.ours(), o.paper())))
                            .reduce((a, b) -> a + ", " + b)
                            .map(others -> "than " + others)
                            .orElse("");
                    return new KeyNumber(
                            words + name(reference),
                            text("%.2f×", e.ours()),
                            text("%.2f×", e.paper()),
                            percent(e.difference()),
                            words.startsWith("as ") ? also.replaceFirst("than", "as") : also,
                            why,
                            comparison.runs(p));
                }));
    }

    private Optional<Printed> printed(Quantity quantity, Statistic statistic, String other) {
        return data.published().headline().stream()
                .filter(p -> p.quantity() == quantity
                        && p.statistic() == statistic
                        && p.accelerator().equals(accelerator)
                        && other.equals(p.reference()))
                .findFirst();
    }

    /** On the networks whose bytes are published. */
    private Optional<KeyNumber> activations() {
        List<Integer> known = IntStream.range(0, runs.workloads().size())
                .filter(w -> Stream.of(accelerator, reference)
                        .allMatch(a -> published(w, a).isPresent()))
                .boxed()
                .toList();
        if (known.isEmpty()) {
            return Optional.empty();
        }
        double ours = Means.arithmetic(known, w -> sharePercent(runs.numbers(w, accelerator)));
        double paper = Means.arithmetic(
                known, w -> sharePercent(published(w, accelerator).orElseThrow()));
        double oursBefore = Means.arithmetic(known, w -> sharePercent(runs.numbers(w, reference)));
        double paperBefore = Means.arithmetic(
                known, w -> sharePercent(published(w, reference).orElseThrow()));
        return Optional.of(new KeyNumber(
                "of its off-chip bytes are activations",
                text("%.0f %%", ours),
                text("%.0f %%", paper),
                signed(ours - paper, "points"),
                text("of %s’s %.0f %% (paper %.0f %%)", name(reference), oursBefore, paperBefore),
                text(
                        "Layer by layer, every map leaves the chip and is fetched again; pipelined, only the ends do. Mean of the %d"
                                + " networks with published bytes.",
                        known.size()),
                known.stream()
                        .flatMap(w -> Stream.of(accelerator, reference)
                                .map(a -> runs.index(w, runs.accelerators().indexOf(a))))
                        .toList()));
    }

    private Optional<NetworkNumbers> published(int workload, String machine) {
        return data.published().networks().of(runs.workloads().get(workload), machine);
    }

    static double activationMegabytes(NetworkNumbers n) {
        return n.inputsMegabytes() + n.outputsMegabytes();
    }

    static double sharePercent(NetworkNumbers n) {
        return FigureElements.percent(activationMegabytes(n) / (activationMegabytes(n) + n.weightsMegabytes()));
    }

    private double bandwidthPercent(String machine) {
        return FigureElements.percent(Means.arithmetic(
                IntStream.range(0, runs.workloads().size()).boxed().toList(),
                w -> runs.numbers(w, machine).bandwidthUse()));
    }

    /** How near the published numbers are, and what is not. */
    private String verdict() {
        List<PaperComparison.Entry> headline = data.published().headline().stream()
                .flatMap(p -> comparison.entry(p).stream())
                .toList();
        List<Agreement.Errors> errors = Agreement.errors(data);
        List<Agreement.Errors> cycles =
                errors.stream().filter(e -> e.quantity().equals("cycles")).toList();
        if (headline.isEmpty() || cycles.isEmpty()) {
            return "No published number of these networks is at hand.";
        }
        double means = data.published().headline().stream()
                .filter(Printed::isMean)
                .flatMap(p -> comparison.entry(p).stream())
                .mapToDouble(e -> Math.abs(e.difference()))
                .max()
                .orElse(0);
        double largest =
                cycles.stream().mapToDouble(Agreement.Errors::largest).max().orElseThrow() - 1;
        List<String> outside = errors.stream()
                .filter(e -> !e.holds())
                .map(e -> name(e.accelerator()) + "’s " + e.quantity())
                .toList();
        return text(
                        "Against the paper: means within %.0f\u00a0%%, cycles of every network within %.0f\u00a0%%, %d of %d error bounds kept",
                        Math.ceil(FigureElements.percent(means)),
                        Math.ceil(FigureElements.percent(largest)),
                        errors.size() - outside.size(),
                        errors.size())
                + (outside.isEmpty() ? "." : "; not: " + String.join(", ", outside) + ".");
    }

    static String percent(double share) {
        return signed(FigureElements.percent(share), "%");
    }

    /** A difference as people read it. */
    private static String signed(double difference, String unit) {
        long whole = Math.round(difference);
        return (whole == 0 ? "±" : whole < 0 ? "−" : "+") + Math.abs(whole) + " " + unit;
    }

    static String text(String format, Object... values) {
        return String.format(
                Locale.ROOT,
                format,
                Stream.of(values).map(Objects::requireNonNull).toArray());
    }
}
