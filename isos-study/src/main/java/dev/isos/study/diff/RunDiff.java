package dev.isos.study.diff;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.study.diff.CostDelta.Cost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two runs beside each other.
 *
 * @param a the first run
 * @param b the second run
 * @param configuration what the two were given, and what came out, where it differs
 * @param total of the runs
 * @param areaMm2 square millimetres
 * @param blocks parts of the network, in order, that both cut out as whole segments; their differences add up to that of the runs
 * @param layers all of either run, by name, in the order of the network
 */
public record RunDiff(
        Side a,
        Side b,
        List<Change> configuration,
        CostDelta total,
        AmountDelta areaMm2,
        List<Block> blocks,
        List<LayerDiff> layers) {
    /**
     * Which run.
     *
     * @param accelerator name of its configuration
     */
    public record Side(String workload, String accelerator) {
        static Side of(RunResult run) {
            return new Side(run.workload().id(), run.accelerator().name());
        }
    }

    /**
     * A property that differs.
     *
     * @param key its path in a result
     * @param a in the first; null where it has none
     * @param b in the second; null where it has none
     */
    public record Change(
            String key, @Nullable String a, @Nullable String b) {}

    /**
     * Layers that are whole segments in both.
     *
     * @param firstLayer name
     * @param lastLayer name
     * @param segmentsA how many segments of the first they are
     * @param segmentsB how many segments of the second they are
     */
    public record Block(String firstLayer, String lastLayer, int segmentsA, int segmentsB, CostDelta cost) {}

    /**
     * A layer.
     *
     * @param inA whether the first has it
     * @param inB whether the second has it
     * @param changes shapes, densities and MACs that differ
     */
    public record LayerDiff(String name, boolean inA, boolean inB, CostDelta cost, List<Change> changes) {
        public LayerDiff {
            changes = List.copyOf(changes);
        }
    }

    public RunDiff {
        configuration = List.copyOf(configuration);
        blocks = List.copyOf(blocks);
        layers = List.copyOf(layers);
    }

    /** The second run beside the first. */
    public static RunDiff of(RunResult a, RunResult b) {
        return new RunDiff(
                Side.of(a),
                Side.of(b),
                changes(configuration(a), configuration(b)),
                CostDelta.of(cost(a), cost(b)),
                AmountDelta.of(a.areaMm2(), b.areaMm2()),
                blocks(a.segments(), b.segments()),
                layers(a.layers(), b.layers()));
    }

    private static Cost cost(RunResult run) {
        return new Cost(run.cycles(), run.traffic(), run.energyPj());
    }

    private static Map<String, String> configuration(RunResult run) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("workload.id", run.workload().id());
        all.put("workload.network", run.workload().network());
        all.put("workload.seed", Long.toString(run.workload().seed()));
        all.put("workload.weightDensity", Double.toString(run.workload().weightDensity()));
        all.put("workload.source", run.workload().source());
        all.put("accelerator.id", run.accelerator().id());
        all.put("accelerator.dataflow", run.accelerator().dataflow());
        all.put("accelerator.hardware", run.accelerator().hardware());
        all.put("accelerator.mapping", run.accelerator().mapping());
        all.put("accelerator.fidelity", run.accelerator().fidelity());
        all.put("accelerator.energyModel", run.accelerator().energyModel());
        run.accelerator().changes().forEach((key, value) -> all.put("accelerator.changes." + key, value));
        run.versions().forEach((plugin, version) -> all.put("versions." + plugin, version));
        all.put("leftOut", String.join(", ", run.leftOut()));
        all.put("verified", Boolean.toString(run.verified()));
        if (run.outputSha256() != null) {
            all.put("outputSha256", run.outputSha256());
        }
        return all;
    }

    private static List<Change> changes(Map<String, String> a, Map<String, String> b) {
        Set<String> keys = new LinkedHashSet<>(a.keySet());
        keys.addAll(b.keySet());
        return keys.stream()
                .map(key -> new Change(key, a.get(key), b.get(key)))
                .filter(change -> change.a() == null || !change.a().equals(change.b()))
                .toList();
    }

    /** Goes along both plans and cuts where the same layers are behind in both. */
    private static List<Block> blocks(List<SegmentResult> a, List<SegmentResult> b) {
        Set<String> common = names(a);
        common.retainAll(names(b));
        List<Block> blocks = new ArrayList<>();
        int fromA = 0;
        int fromB = 0;
        int atA = 0;
        int atB = 0;
        Set<String> behindA = new HashSet<>();
        Set<String> behindB = new HashSet<>();
        while (atA < a.size() || atB < b.size()) {
            boolean first = atB == b.size() || atA < a.size() && behindA.size() <= behindB.size();
            if (first) {
                add(behindA, a.get(atA++), common);
            } else {
                add(behindB, b.get(atB++), common);
            }
            boolean last = atA == a.size() && atB == b.size();
            boolean cut = atA > fromA && atB > fromB && behindA.equals(behindB) && !behindA.isEmpty();
            if (cut && !rest(a, atA, common) && !rest(b, atB, common)) {
                cut = false; // what follows is of one of them alone: it belongs to the last block
            }
            if (cut || last) {
                blocks.add(block(a.subList(fromA, atA), b.subList(fromB, atB)));
                fromA = atA;
                fromB = atB;
                behindA.clear();
                behindB.clear();
            }
        }
        return blocks;
    }

    private static boolean rest(List<SegmentResult> segments, int from, Set<String> common) {
        return segments.subList(from, segments.size()).stream()
                .anyMatch(segment -> segment.layers().stream().anyMatch(common::contains));
    }

    private static Set<String> names(List<SegmentResult> segments) {
        return segments.stream().flatMap(s -> s.layers().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void add(Set<String> behind, SegmentResult segment, Set<String> common) {
        segment.layers().stream().filter(common::contains).forEach(behind::add);
    }

    private static Block block(List<SegmentResult> a, List<SegmentResult> b) {
        List<SegmentResult> named = a.isEmpty() ? b : a;
        List<String> last = named.get(named.size() - 1).layers();
        return new Block(
                named.get(0).layers().get(0),
                last.get(last.size() - 1),
                a.size(),
                b.size(),
                CostDelta.of(sum(a), sum(b)));
    }

    private static @Nullable Cost sum(List<SegmentResult> segments) {
        if (segments.isEmpty()) {
            return null;
        }
        boolean known = segments.stream().allMatch(s -> s.energyPj() != null);
        long cycles = 0;
        Traffic traffic = new Traffic(0, 0, 0, 0);
        Energy energy = new Energy(0, 0, 0, 0, 0);
        for (SegmentResult segment : segments) {
            cycles += segment.cycles();
            Traffic t = segment.traffic();
            traffic = new Traffic(
                    traffic.weights() + t.weights(),
                    traffic.inputs() + t.inputs(),
                    traffic.outputs() + t.outputs(),
                    traffic.residuals() + t.residuals());
            Energy e = segment.energyPj();
            if (e != null) {
                energy = new Energy(
                        energy.mac() + e.mac(),
                        energy.sram() + e.sram(),
                        energy.dram() + e.dram(),
                        energy.other() + e.other(),
                        energy.total() + e.total());
            }
        }
        return new Cost(cycles, traffic, known ? energy : null);
    }

    private static List<LayerDiff> layers(List<LayerResult> a, List<LayerResult> b) {
        Function<List<LayerResult>, Map<String, LayerResult>> byName = layers -> layers.stream()
                .collect(Collectors.toMap(LayerResult::name, l -> l, (one, other) -> one, LinkedHashMap::new));
        Map<String, LayerResult> inA = byName.apply(a);
        Map<String, LayerResult> inB = byName.apply(b);
        return Stream.concat(inA.keySet().stream(), inB.keySet().stream())
                .distinct()
                .map(name -> layer(name, inA.get(name), inB.get(name)))
                .toList();
    }

    private static LayerDiff layer(String name, @Nullable LayerResult a, @Nullable LayerResult b) {
        Function<LayerResult, Cost> cost =
                layer -> layer == null ? null : new Cost(layer.cycles(), layer.traffic(), layer.energyPj());
        List<Change> changes = a == null || b == null ? List.of() : changes(properties(a), properties(b));
        return new LayerDiff(name, a != null, b != null, CostDelta.of(cost.apply(a), cost.apply(b)), changes);
    }

    private static Map<String, String> properties(LayerResult layer) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("op", layer.op());
        if (layer.inputShape() != null) {
            all.put("inputShape", layer.inputShape());
        }
        if (layer.filterShape() != null) {
            all.put("filterShape", layer.filterShape());
        }
        all.put("shape", layer.shape());
        all.put("weightDensity", Double.toString(layer.weightDensity()));
        all.put("inputDensity", Double.toString(layer.inputDensity()));
        all.put("macs.dense", Long.toString(layer.macs().dense()));
        all.put("macs.performed", Long.toString(layer.macs().performed()));
        return all;
    }
}
