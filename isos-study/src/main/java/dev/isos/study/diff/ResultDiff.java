package dev.isos.study.diff;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.study.diff.RunDiff.Side;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two results beside each other. Two of one run each are compared whatever they ran; of several runs each, those are compared that
 * have the same workload and configuration.
 *
 * @param runs in the order of the first result
 * @param onlyA runs that the second result lacks
 * @param onlyB runs that the first result lacks
 */
public record ResultDiff(List<RunDiff> runs, List<Side> onlyA, List<Side> onlyB) {
    public ResultDiff {
        runs = List.copyOf(runs);
        onlyA = List.copyOf(onlyA);
        onlyB = List.copyOf(onlyB);
    }

    /**
     * A cost that has grown.
     *
     * @param of the run in the second result
     * @param cost {@code cycles}, {@code bytes off chip} or {@code energy}
     * @param change divided by what it was; null where it was nothing
     */
    public record Growth(Side of, String cost, @Nullable Double change) {}

    /**
     * The second result beside the first.
     *
     * @throws IsosException if they have no run in common
     */
    public static ResultDiff of(List<RunResult> a, List<RunResult> b) {
        if (a.size() == 1 && b.size() == 1) {
            return new ResultDiff(List.of(RunDiff.of(a.get(0), b.get(0))), List.of(), List.of());
        }
        Map<Side, RunResult> byB = new LinkedHashMap<>();
        b.forEach(run -> byB.putIfAbsent(Side.of(run), run));
        Map<Side, RunResult> byA = new LinkedHashMap<>();
        a.forEach(run -> byA.putIfAbsent(Side.of(run), run));
        List<RunDiff> runs = new ArrayList<>();
        byA.forEach((side, run) -> {
            if (byB.containsKey(side)) {
                runs.add(RunDiff.of(run, byB.get(side)));
            }
        });
        if (runs.isEmpty()) {
            throw IsosException.badInput(
                    "the two results have no run of the same workload on the same configuration in common;"
                            + " expected some, or one run each");
        }
        return new ResultDiff(
                runs,
                byA.keySet().stream().filter(side -> !byB.containsKey(side)).toList(),
                byB.keySet().stream().filter(side -> !byA.containsKey(side)).toList());
    }

    /**
     * What has grown by more than a share.
     *
     * @param share at least 0; 0.01 lets everything grow by 1 %
     */
    public List<Growth> above(double share) {
        List<Growth> grown = new ArrayList<>();
        for (RunDiff run : runs) {
            CountDelta cycles = run.total().cycles();
            CountDelta bytes = run.total().traffic().total();
            AmountDelta energy = run.total().energyPj().total();
            add(grown, run, "cycles", cycles.difference(), cycles.change(), share);
            add(grown, run, "bytes off chip", bytes.difference(), bytes.change(), share);
            add(grown, run, "energy", energy.difference(), energy.change(), share);
        }
        return grown;
    }

    private static void add(
            List<Growth> grown, RunDiff run, String cost, double difference, @Nullable Double change, double share) {
        if (difference > 0 && (change == null || change > share)) {
            grown.add(new Growth(run.b(), cost, change));
        }
    }
}
