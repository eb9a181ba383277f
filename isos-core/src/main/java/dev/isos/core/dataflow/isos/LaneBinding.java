package dev.isos.core.dataflow.isos;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.plan.LayerMapping;

/**
 * Which lane a place of a layer is: places go round and round a range of lanes, which is all lanes unless these are
 * partitioned among the layers.
 *
 * @param first lane of place 0
 * @param count lanes of the range, which begins with {@code first} and goes on with lane 0 after the last one
 * @param lanes of the machine
 */
public record LaneBinding(int first, int count, int lanes) {
    /**
     * The binding that a mapping states: {@link IsOsWork#LANE_OFFSET}, 0 by default, and {@link IsOsWork#LANE_RANGE}, all
     * lanes by default.
     *
     * @throws IsosException when the range is empty or wider than the machine
     */
    public static LaneBinding of(LayerMapping mapping, int lanes) {
        int offset = mapping.factors().getOrDefault(IsOsWork.LANE_OFFSET, 0);
        int count = mapping.factors().getOrDefault(IsOsWork.LANE_RANGE, lanes);
        if (count < 1 || count > lanes) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "layer " + mapping.layer() + " is mapped to a range of " + count + " lanes, expected 1 to "
                            + lanes);
        }
        return new LaneBinding(Math.floorMod(offset, lanes), count, lanes);
    }

    /** Lane of a place, at least 0. */
    public int lane(int place) {
        return (first + place % count) % lanes;
    }

    /** Whether layers share the lanes of the range with others. */
    boolean shared() {
        return count == lanes;
    }
}
