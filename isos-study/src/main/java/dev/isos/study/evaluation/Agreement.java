package dev.isos.study.evaluation;

import dev.isos.study.evaluation.Published.Group;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** How near our numbers come to the published ones, and within which bounds they are held. */
public final class Agreement {
    /** Uses of bandwidth and MACs may differ by so much, absolute. */
    private static final double USE_WITHIN = 0.10;
    /** Of so many of them. */
    private static final double MOST_OF_THEM = 0.9;

    private Agreement() {}

    /** A number of ours and a published one. */
    private record Pair(String where, double published, double ours) {
        double factor() {
            return Math.max(ours / published, published / ours);
        }

        double difference() {
            return Math.abs(ours - published);
        }
    }

    /**
     * Error factors of a machine: each the larger of ours / published and published / ours.
     *
     * @param quantity cycles, or megabytes of a role
     * @param count published numbers that there are
     * @param mean geometric mean of the factors
     * @param where the largest one stands
     * @param meanBound what the mean is to keep to
     * @param largestBound what each is to keep to
     */
    public record Errors(
            String accelerator,
            String quantity,
            int count,
            double mean,
            double largest,
            String where,
            double meanBound,
            double largestBound) {
        /** Whether both bounds hold. */
        public boolean holds() {
            return mean <= meanBound && largest <= largestBound;
        }
    }

    /**
     * Differences of shares, 0..1.
     *
     * @param count published numbers that there are
     * @param within how many of ours are as near as they are to be
     */
    public record Shares(String accelerator, String quantity, int count, int within, double largest, String where) {
        /** Whether nine of ten are near. */
        public boolean holds() {
            return within >= MOST_OF_THEM * count;
        }
    }

    private record Column(String name, Function<NetworkNumbers, Double> value, double meanBound, double largestBound) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("cycles", NetworkNumbers::cycles, 1.08, 1.25),
            new Column("all bytes", NetworkNumbers::totalMegabytes, 1.08, 1.25),
            new Column("weight bytes", NetworkNumbers::weightsMegabytes, 1.15, 1.5),
            new Column("input bytes", NetworkNumbers::inputsMegabytes, 1.15, 1.5),
            new Column("output bytes", NetworkNumbers::outputsMegabytes, 1.15, 1.5));

    private static final Map<String, Function<NetworkNumbers, Double>> USES =
            new TreeMap<>(Map.of("bandwidth used", NetworkNumbers::bandwidthUse, "MACs used", NetworkNumbers::macUse));

    /** Errors by machine and quantity: of networks, then of the pipelines of one network. */
    public static List<Errors> errors(EvaluationData data) {
        List<Errors> all = new ArrayList<>();
        Optional<Pipelines> pipelines = Pipelines.of(data);
        for (String accelerator : data.paper().accelerators()) {
            for (Column column : COLUMNS) {
                List<Pair> pairs = pairs(data, accelerator, column.value());
                if (!pairs.isEmpty()) {
                    all.add(errors(accelerator, column.name(), pairs, column.meanBound(), column.largestBound()));
                }
            }
            pipelines.filter(p -> p.runs().containsKey(accelerator)).ifPresent(p -> {
                // From cycles of the machine that pipelines densities were inferred, from others nothing.
                boolean inferred =
                        accelerator.startsWith(data.evaluation().cuts().accelerator());
                all.add(errors(
                        accelerator,
                        "cycles by pipeline",
                        pairs(p, accelerator),
                        inferred ? 1.05 : 1.08,
                        inferred ? 1.15 : 1.2));
            });
        }
        return all;
    }

    private static List<Pair> pairs(Pipelines pipelines, String accelerator) {
        List<Pair> pairs = new ArrayList<>();
        for (Group group : pipelines.groups()) {
            Double ours = pipelines.cycles(group, accelerator);
            // A pipeline that a run does not have apart is as far off as can be.
            pipelines
                    .published(group, accelerator)
                    .ifPresent(
                            p -> pairs.add(new Pair(group.name(), p, ours == null ? Double.POSITIVE_INFINITY : ours)));
        }
        return pairs;
    }

    private static List<Pair> pairs(EvaluationData data, String accelerator, Function<NetworkNumbers, Double> value) {
        List<Pair> pairs = new ArrayList<>();
        List<String> workloads = data.paper().workloads();
        for (int w = 0; w < workloads.size(); w++) {
            double ours = value.apply(data.paper().numbers(w, accelerator));
            String where = workloads.get(w);
            data.published()
                    .networks()
                    .of(where, accelerator)
                    .ifPresent(n -> pairs.add(new Pair(where, value.apply(n), ours)));
        }
        return pairs;
    }

    private static Errors errors(
            String accelerator, String quantity, List<Pair> pairs, double meanBound, double largestBound) {
        Pair worst = pairs.stream()
                .max((a, b) -> Double.compare(a.factor(), b.factor()))
                .orElseThrow();
        return new Errors(
                accelerator,
                quantity,
                pairs.size(),
                Means.geometric(pairs, Pair::factor),
                worst.factor(),
                worst.where(),
                meanBound,
                largestBound);
    }

    /** Differences of the shares of bandwidth and MACs in use, by machine. */
    public static List<Shares> shares(EvaluationData data) {
        List<Shares> all = new ArrayList<>();
        for (String accelerator : data.paper().accelerators()) {
            USES.forEach((name, value) -> {
                List<Pair> pairs = pairs(data, accelerator, value);
                if (!pairs.isEmpty()) {
                    Pair worst = pairs.stream()
                            .max((a, b) -> Double.compare(a.difference(), b.difference()))
                            .orElseThrow();
                    int within = (int) pairs.stream()
                            .filter(p -> p.difference() <= USE_WITHIN)
                            .count();
                    all.add(new Shares(accelerator, name, pairs.size(), within, worst.difference(), worst.where()));
                }
            });
        }
        return all;
    }
}
