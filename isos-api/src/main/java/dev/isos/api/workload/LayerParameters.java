package dev.isos.api.workload;

import dev.isos.api.tensor.FilterTensor;
import java.util.Optional;

/**
 * Numbers of one layer: filters, if it has any, and its post-operation arithmetic.
 *
 * @param filters present for convolutions only
 */
public record LayerParameters(Optional<FilterTensor> filters, Requantisation requantisation) {
    public LayerParameters(FilterTensor filters, Requantisation requantisation) {
        this(Optional.of(filters), requantisation);
    }

    public LayerParameters(Requantisation requantisation) {
        this(Optional.empty(), requantisation);
    }
}
