package dev.isos.api.plan;

import dev.isos.api.network.Network;
import java.util.List;
import java.util.Optional;

/**
 * Why layers cannot form a segment.
 *
 * @param resource what does not suffice, for example {@code filterBuffer}
 * @param demand how much is needed, in the unit of the resource (bytes for storage)
 * @param limit how much there is
 * @param reason the whole sentence for the user
 */
public record PlanRejection(String resource, long demand, long limit, String reason) implements MappingOutcome {
    /**
     * Why layers cannot share a segment of which one gathers the whole output of another; empty where none does.
     *
     * @param network that the layers are of
     * @param segment indices of the layers
     * @return the first such pair, by name; empty where there is none
     */
    public static Optional<PlanRejection> ofGathering(Network network, List<Integer> segment) {
        for (int index : segment) {
            for (int operand : network.layer(index).gathered()) {
                if (network.materialisedParts(operand).stream().anyMatch(segment::contains)) {
                    return Optional.of(new PlanRejection(
                            network.layer(operand).name(),
                            1,
                            0,
                            "layer " + network.layer(index).name() + " reads the whole output of "
                                    + network.layer(operand).name() + " before it begins"));
                }
            }
        }
        return Optional.empty();
    }
}
