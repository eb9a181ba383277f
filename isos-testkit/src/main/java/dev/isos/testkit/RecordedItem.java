package dev.isos.testkit;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import java.util.Arrays;
import java.util.List;

/** A copy of a {@link WorkItem}; two are equal when everything in them is. */
public record RecordedItem(
        int phase,
        int layer,
        int step,
        int row,
        int place,
        int tensor,
        TensorRole role,
        long offChipBytes,
        long heldBytes,
        List<Integer> counts,
        List<Integer> waitsFor) {

    static RecordedItem of(WorkItem item) {
        return new RecordedItem(
                item.phase(),
                item.layer(),
                item.step(),
                item.row(),
                item.place(),
                item.tensor(),
                item.role(),
                item.offChipBytes(),
                item.heldBytes(),
                Arrays.stream(item.counts()).boxed().toList(),
                Arrays.stream(item.waitsFor(), 0, item.waitCount()).boxed().toList());
    }

    public int count(int offset) {
        return counts.get(offset);
    }
}
