package dev.isos.core.dataflow.isos;

import dev.isos.api.tensor.ActivationTensor;

/**
 * What the front ends of a layer go by in one K-tile, kept for questions about single items.
 *
 * @param steps to make {@linkplain DispatchSteps#another() others} from
 * @param wordBytes bytes of a word of the filter buffer
 */
record FrontendTables(
        ActivationTensor input,
        KernelAxis rows,
        KernelAxis columns,
        PackedFilters filters,
        AccumulatorLayout layout,
        DispatchSteps steps,
        int weightsPerSlot,
        int wordBytes) {}
