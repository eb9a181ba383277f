package dev.isos.core.loopnest;

import java.util.List;

/**
 * What a network does under a dataflow.
 *
 * @param dataflow id
 * @param macs multiply-accumulates of the network whose input lies on the map, zero operands included
 * @param executedMacs those that the dataflow carries out
 * @param arrayReuse at the multipliers
 * @param offChipReuse at the chip's border
 * @param offChipBytes over all tensors
 * @param peakIntermediateBytes of the segment that needs most
 * @param peakOnChipBytes of the segment that needs most
 * @param slots multiplier slots of all layers
 * @param segments in order of execution
 */
public record DataflowFigures(
        String dataflow,
        String title,
        long macs,
        long executedMacs,
        Reuse arrayReuse,
        Reuse offChipReuse,
        long offChipBytes,
        long peakIntermediateBytes,
        long peakOnChipBytes,
        SlotUse slots,
        List<SegmentFigures> segments) {
    static DataflowFigures of(LoopNestDataflow dataflow, List<SegmentFigures> segments) {
        long macs = 0;
        long executed = 0;
        long bytes = 0;
        long intermediate = 0;
        long onChip = 0;
        BoundaryTraffic array = BoundaryTraffic.NOTHING;
        BoundaryTraffic offChip = BoundaryTraffic.NOTHING;
        SlotUse slots = SlotUse.NONE;
        for (SegmentFigures segment : segments) {
            for (LayerFigures layer : segment.layers()) {
                macs += layer.macs();
                executed += layer.executedMacs();
                array = array.plus(layer.array());
                slots = slots.plus(layer.slots());
            }
            offChip = offChip.plus(segment.offChip());
            bytes += segment.offChipBytes();
            intermediate = Math.max(intermediate, segment.intermediateBytes());
            onChip = Math.max(onChip, segment.onChipBytes());
        }
        return new DataflowFigures(
                dataflow.id(),
                dataflow.title(),
                macs,
                executed,
                Reuse.of(macs, array),
                Reuse.of(macs, offChip),
                bytes,
                intermediate,
                onChip,
                slots,
                List.copyOf(segments));
    }
}
