package dev.isos.hw.isosceles;

import dev.isos.api.hardware.Activity;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the machine counts beside its work items, the same for every fidelity, and what its components do in these terms. */
public final class DatapathCounts {
    /** Bytes of a partial result that an accumulation reads or writes: 16 bits (HPCA 2023, table of the configuration). */
    private static final String PARTIALS = "2 * ";

    private static final String ENTRIES = IsOsMapper.ENTRY_BYTES + " * ";

    /** Non-zero partial results that back ends merge. */
    public long mergedPartials;

    /** Non-zero operands that back ends of layers without filters merge. */
    public long mergedElements;

    /** Bytes written to queues. */
    public long queuedBytes;

    /** Bytes read from the banks of the filter buffer, see {@link FilterReads}. */
    public long filterReadBytes;

    /** Bytes of the weights of some products. */
    public static long weightBytes(long products) {
        return IsOsMapper.ENTRY_BYTES * products;
    }

    /**
     * @param masks whether activations may come as masks off chip
     * @param places whether partial results have places instead of coordinates
     */
    static List<Activity> activities(boolean masks, boolean places) {
        List<Activity> all = new ArrayList<>(List.of(
                new Activity(IsoscelesModel.MACS, "multiply-accumulate", "products"),
                new Activity(IsoscelesModel.MERGERS, "merge", "merges"),
                new Activity(IsoscelesModel.POST_OP_UNITS, "operation", "outputs"),
                new Activity(IsoscelesModel.FETCHERS, "fetch", "elements"),
                new Activity(IsoscelesModel.CROSSBARS, "transfer", ENTRIES + "products"),
                new Activity(IsoscelesModel.FILTER_BUFFER, "read", "filterReadBytes"),
                // every lane gets its copy
                new Activity(IsoscelesModel.FILTER_BUFFER, "deliver", ENTRIES + "products"),
                new Activity(IsoscelesModel.FILTER_BUFFER, "write", "filterBufferBytes"),
                // back ends read places whether these hold zero or not
                new Activity(
                        IsoscelesModel.CONTEXT_ARRAY,
                        "read",
                        PARTIALS + "products + " + PARTIALS + (places ? "places" : "mergedPartials")),
                new Activity(IsoscelesModel.CONTEXT_ARRAY, "write", PARTIALS + "products"),
                new Activity(
                        IsoscelesModel.QUEUES,
                        "read",
                        ENTRIES + "elements + " + ENTRIES + "mergedElements + "
                                // a byte of a mask and its values is at most one non-zero
                                + (masks ? ENTRIES : "") + "store-output.bytes"),
                new Activity(IsoscelesModel.QUEUES, "write", "queuedBytes")));
        if (masks) {
            all.add(new Activity(
                    IsoscelesModel.FORMAT_CONVERTERS, "operation", "load-input.bytes + store-output.bytes"));
        }
        if (places) {
            all.add(new Activity(IsoscelesModel.ZERO_DETECTORS, "operation", PARTIALS + "places"));
        }
        all.addAll(Activity.offChip(IsoscelesModel.DRAM));
        return List.copyOf(all);
    }

    void add(DatapathCounts other) {
        mergedPartials += other.mergedPartials;
        mergedElements += other.mergedElements;
        queuedBytes += other.queuedBytes;
        filterReadBytes += other.filterReadBytes;
    }

    /** By name. */
    public Map<String, Long> counts() {
        return Map.of(
                "mergedPartials",
                mergedPartials,
                "mergedElements",
                mergedElements,
                "queuedBytes",
                queuedBytes,
                "filterReadBytes",
                filterReadBytes);
    }
}
