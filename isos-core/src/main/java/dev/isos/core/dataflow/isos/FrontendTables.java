package dev.isos.core.dataflow.isos;

import dev.isos.api.tensor.ActivationTensor;

/**
 * What the front ends of a layer go by in one K-tile, kept for questions about single items.
 *
 * @param legal what activations meet, by {@code column class * row classes + row class}; null where there is no item
 * @param steps to make {@linkplain DispatchSteps#another() others} from
 * @param wordBytes bytes of a word of the filter buffer
 */
record FrontendTables(
        ActivationTensor input,
        KernelAxis rows,
        KernelAxis columns,
        PackedFilters filters,
        LegalFilters[] legal,
        AccumulatorLayout layout,
        DispatchSteps steps,
        int weightsPerSlot,
        int wordBytes) {
    /** What activations at an input position meet. */
    LegalFilters legal(int w, int h) {
        return legal[columns.classOf[w] * rows.classes + rows.classOf[h]];
    }
}
