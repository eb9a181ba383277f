package dev.isos.api.workload;

import dev.isos.api.tensor.FilterTensor;
import java.util.Optional;

/**
 * Numbers of one layer: filters, if it has any, and its post-operation arithmetic.
 *
 * @param filters present for convolutions only
 * @param requantisation from accumulator to 8-bit output; K channels
 */
public record LayerParameters(Optional<FilterTensor> filters, Requantisation requantisation) {
    /**
     * Of a convolution.
     *
     * @param filters in the layer's filter shape
     * @param requantisation from accumulator to 8-bit output
     */
    public LayerParameters(FilterTensor filters, Requantisation requantisation) {
        this(Optional.of(filters), requantisation);
    }

    /**
     * Of a layer without filters.
     *
     * @param requantisation from accumulator to 8-bit output
     */
    public LayerParameters(Requantisation requantisation) {
        this(Optional.empty(), requantisation);
    }
}
