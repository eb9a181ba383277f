package dev.isos.hw.stepped;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.plan.Segment;
import dev.isos.core.dataflow.isos.IsOsWork;
import dev.isos.core.dataflow.isos.LaneBinding;
import java.util.ArrayList;
import java.util.List;

/** The tasks of one segment, in the order in which the dataflow gives them. */
final class WorkTable implements WorkSink {
    private final WorkSchema schema;
    private final Segment segment;
    private final int lanes;
    private final List<Task> tasks = new ArrayList<>();

    WorkTable(WorkSchema schema, Segment segment, int lanes) {
        this.schema = schema;
        this.segment = segment;
        this.lanes = lanes;
    }

    List<Task> tasks() {
        return tasks;
    }

    @Override
    public int accept(WorkItem item) {
        int depth = segment.layers().indexOf(item.layer());
        int phase = IsOsWork.SCHEMA.phase(schema.phases().get(item.phase()).id());
        if (depth < 0 || phase < 0) {
            throw new IllegalArgumentException("work item " + tasks.size() + " is of layer " + item.layer() + ", phase "
                    + item.phase() + ", which the segment does not have");
        }
        Task task = new Task(
                tasks.size(),
                phase,
                depth,
                item.step(),
                item.row(),
                item.place(),
                LaneBinding.of(segment.mapping(item.layer()), lanes).lane(item.place()),
                item.tensor(),
                item.offChipBytes(),
                item.heldBytes(),
                count(item, IsOsWork.FILTER_BUFFER_BYTES),
                count(item, IsOsWork.PRODUCTS),
                count(item, IsOsWork.MERGES));
        for (int i = 0; i < item.waitCount(); i++) {
            task.waitsFor(tasks.get(item.waitsFor()[i]));
        }
        tasks.add(task);
        return task.number;
    }

    private int count(WorkItem item, int position) {
        return item.counts()[
                schema.offset(IsOsWork.SCHEMA.metrics().get(position).id())];
    }
}
