package dev.isos.workloads.graph;

import dev.isos.api.error.IsosException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Everything of a model that can't be imported, told in one message. */
public final class Problems {
    /** Problems that a message spells out. */
    private static final int SHOWN = 10;

    private static final Set<String> LOOPS = Set.of("Loop", "If", "Scan", "SequenceMap");
    private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");
    private static final Set<String> POSTPROCESSING =
            Set.of("NonMaxSuppression", "TopK", "ArgMax", "ArgMin", "NonZero", "RoiAlign", "MaxRoiPool", "Unique");

    private static final Set<String> OVER_THE_MAP =
            Set.of("InstanceNormalization", "GroupNormalization", "GroupNorm", "MeanVarianceNormalization");

    private final String file;
    private final List<IsosException> all = new ArrayList<>();

    /**
     * @param file name of the model file, with which every message begins
     */
    public Problems(String file) {
        this.file = file;
    }

    public void add(IsosException problem) {
        all.add(problem);
    }

    /** Throws what has been added, if anything; of the kind of the first problem. */
    public void raise() {
        if (all.isEmpty()) {
            return;
        }
        if (all.size() == 1) {
            throw all.get(0);
        }
        StringBuilder message = new StringBuilder(all.get(0).getMessage());
        for (int i = 1; i < Math.min(SHOWN, all.size()); i++) {
            String next = all.get(i).getMessage();
            message.append("; ").append(next.startsWith(file + ": ") ? next.substring(file.length() + 2) : next);
        }
        if (all.size() > SHOWN) {
            message.append("; and ").append(all.size() - SHOWN).append(" more");
        }
        throw new IsosException(all.get(0).code(), message.toString());
    }

    /** What to do about an operator that has no translation. */
    public static String advice(String operator) {
        if (LOOPS.contains(operator)) {
            return "export the model with its control flow unrolled, as tracing with a fixed input does";
        }
        if (RECURRENT.contains(operator)) {
            return "unroll the recurrence into matrix products, or cut the model before it";
        }
        if (POSTPROCESSING.contains(operator)) {
            return "cut the model before it, it is post-processing that belongs on a host";
        }
        if (OVER_THE_MAP.contains(operator)) {
            return "it takes mean and deviation over the positions of each image; use BatchNormalization, or"
                    + " LayerNormalization over the channels, or cut the model before it";
        }
        return "replace it by operators of docs/importers.md, or cut the model before it";
    }
}
