package dev.isos.hw.isosceles;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import java.util.List;

/** What the components of the machine did, from the totals of its work items: the same for every fidelity. */
public final class Activity {
    /** Bytes of a partial result that an accumulation reads or writes: 16 bits (HPCA 2023, table of the configuration). */
    private static final int ACCUMULATOR_BYTES = 2;

    /** Effectual products. */
    public long products;

    /** Non-zero activations that front ends read. */
    public long elements;

    /** Non-zero partial results that back ends merge. */
    public long mergedPartials;

    /** Non-zero operands that back ends of layers without filters merge. */
    public long mergedElements;

    /** Outputs through the post-op units. */
    public long outputs;

    /** Bytes written to queues. */
    public long queuedBytes;

    /** Bytes read from queues to be stored off chip. */
    public long storedBytes;

    /**
     * Counts by component and action, storages in bytes.
     *
     * @param filterBytes written to the filter buffer
     * @param dramRead bytes read off chip
     * @param dramWritten bytes written off chip
     */
    public List<ActivityCount> counts(long filterBytes, long dramRead, long dramWritten) {
        long merges = mergedPartials + mergedElements;
        return List.of(
                new ActivityCount(IsoscelesModel.MACS, "multiply-accumulate", products),
                new ActivityCount(IsoscelesModel.MERGE_ADDERS, "add", merges),
                new ActivityCount(IsoscelesModel.MERGE_COMPARATORS, "compare", merges),
                new ActivityCount(IsoscelesModel.POST_OP_UNITS, "operation", outputs),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "read", IsOsMapper.ENTRY_BYTES * products),
                new ActivityCount(IsoscelesModel.FILTER_BUFFER, "write", filterBytes),
                new ActivityCount(
                        IsoscelesModel.CONTEXT_ARRAY, "read", ACCUMULATOR_BYTES * (products + mergedPartials)),
                new ActivityCount(IsoscelesModel.CONTEXT_ARRAY, "write", ACCUMULATOR_BYTES * products),
                new ActivityCount(
                        IsoscelesModel.QUEUES,
                        "read",
                        IsOsMapper.ENTRY_BYTES * (elements + mergedElements) + storedBytes),
                new ActivityCount(IsoscelesModel.QUEUES, "write", queuedBytes),
                new ActivityCount(IsoscelesModel.DRAM, "read", dramRead),
                new ActivityCount(IsoscelesModel.DRAM, "write", dramWritten));
    }
}
