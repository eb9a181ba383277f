package dev.isos.baselines.machine;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a machine that understands all items of its dataflow says of itself. */
public final class Vocabulary {
    private Vocabulary() {}

    /** Ids of all phases, for what a machine carries out. */
    public static Set<String> phases(List<Phase> phases) {
        return phases.stream().map(Phase::id).collect(Collectors.toUnmodifiableSet());
    }

    /** Ids of all metrics, for what a machine reads. */
    public static Set<String> metrics(WorkSchema schema) {
        return schema.metrics().stream().map(WorkMetric::id).collect(Collectors.toUnmodifiableSet());
    }
}
