package dev.isos.testkit;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import java.util.Arrays;
import java.util.List;

/**
 * A copy of a {@link WorkItem}; two are equal when everything in them is.
 *
 * @param phase position in the schema
 * @param layer layer that it is attributed to
 * @param step wavefront or tile
 * @param row row within the wavefront
 * @param place logical compute place
 * @param tensor layer whose output or weights it moves or makes, or an input of the network
 * @param role what the tensor is to the segment
 * @param offChipBytes bytes moved off chip
 * @param heldBytes bytes that its result occupies on chip
 * @param counts all counts, in the order of the schema
 * @param waitsFor numbers of the items that it waits for
 */
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

    /**
     * One count.
     *
     * @param offset position in the schema
     * @return in the unit of the metric
     */
    public int count(int offset) {
        return counts.get(offset);
    }
}
