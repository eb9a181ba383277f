package dev.isos.hw.stepped;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.List;

/** What the dataflow says of each work item of a segment, so that the datapath can be held to it. Passes the items on. */
final class Announced implements WorkSink {
    private final WorkSchema schema;
    private final WorkSink next;
    private final List<int[]> counts = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();

    Announced(WorkSchema schema, WorkSink next) {
        this.schema = schema;
        this.next = next;
    }

    @Override
    public int accept(WorkItem item) {
        counts.add(item.counts().clone());
        places.add(item.place());
        return next.accept(item);
    }

    /** Logical place of an item. */
    int place(int item) {
        return places.get(item);
    }

    /** A count of an item, by its position in {@link IsOsSchema}. */
    int count(int item, int position) {
        return counts.get(item)[
                schema.offset(IsOsSchema.WITH_PLACES.metrics().get(position).id())];
    }
}
