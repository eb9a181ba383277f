package dev.isos.core.loopnest;

import java.util.Map;

/**
 * What a layer does under a dataflow.
 *
 * @param name of the layer
 * @param macs multiply-accumulates of the layer whose input lies on the map, zero operands included
 * @param executedMacs those that the dataflow carries out; more where overlaps are recomputed
 * @param array elements that enter or leave the multipliers
 * @param reuse multiply-accumulates per element of {@code array}
 * @param partialBytes space for sums until they are complete
 * @param bufferLevels for each tensor, how many loops stand outside its on-chip buffer; a tensor that passes from step to
 *     step of a fused dataflow is not listed
 * @param slots multiplier slots, expected from the densities
 */
public record LayerFigures(
        String name,
        long macs,
        long executedMacs,
        BoundaryTraffic array,
        Reuse reuse,
        long partialBytes,
        Map<Operand, Integer> bufferLevels,
        SlotUse slots) {}
