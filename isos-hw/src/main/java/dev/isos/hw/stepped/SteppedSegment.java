package dev.isos.hw.stepped;

import dev.isos.api.hardware.RunRequest;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.SegmentPasses;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.hw.isosceles.IsoscelesModel;
import dev.isos.hw.isosceles.SegmentItems;
import dev.isos.hw.stepped.TensorMemory.Fiber;
import java.util.Optional;

/** A segment on the machine: its layers, and what its items mean. */
final class SteppedSegment {
    private final int number;
    private final RunRequest request;
    private final int lanes;
    final Announced announced;

    /** By depth; null for concatenations, which have no items. */
    final LayerContext[] layers;

    /** Bytes of partial results per lane that the mapping allows. */
    final long partialDemand;

    private final SegmentTensors tensors;
    private final SegmentPasses passes;

    SteppedSegment(
            int number,
            IsoscelesModel model,
            RunRequest request,
            Workload workload,
            TensorMemory memory,
            Announced announced) {
        this.number = number;
        this.request = request;
        this.lanes = model.lanes;
        this.announced = announced;
        Segment plan = request.plan().segments().get(number);
        tensors = new SegmentTensors(request.network(), plan.layers());
        passes = tensors.layers().isEmpty()
                ? null
                : SegmentPasses.of(
                        tensors,
                        LayerFactors.of(plan.mapping(tensors.layers().get(0).index())));
        Optional<StorageDemand> demand = plan.storage().stream()
                .filter(d -> d.resource().equals("contextArray"))
                .findFirst();
        partialDemand = demand.map(StorageDemand::demandBytes).orElse(0L);
        layers = new LayerContext[plan.layers().size()];
        int computing = 0;
        for (int depth = 0; depth < layers.length; depth++) {
            Layer layer = request.network().layer(plan.layers().get(depth));
            if (layer.op() instanceof Concatenation) {
                continue;
            }
            LayerFactors factors = LayerFactors.of(plan.mapping(layer.index()));
            int columns = 0;
            if (layer.op() instanceof Convolution) {
                columns = factors.streamed() ? 1 : IsOsMapper.partialColumns(layer, model.geometry());
            }
            layers[depth] = new LayerContext(
                    number,
                    request.network(),
                    layer,
                    workload.parameters().get(layer.index()),
                    factors,
                    passes.ofLayer(computing++),
                    memory,
                    columns,
                    model.partialPlaces());
        }
    }

    private int pass(SegmentItems items, int item) {
        return items.step[item] / request.network().shapeOf(items.tensor[item]).width();
    }

    /** Position in the row of the lane that an item is bound to. */
    int laneOfRow(SegmentItems items, int item) {
        LayerContext layer = layers[items.depth[item]];
        int lanesOfRow = items.isFrontEnd(item) ? layer.factors.rowLanes() : layer.factors.outputLanes();
        return announced.place(item) % lanesOfRow;
    }

    /** What an item loads, makes or stores of a feature map. */
    Fiber fiber(SegmentItems items, int item) {
        LayerContext layer = layers[items.depth[item]];
        int tensor = items.tensor[item];
        int from = 0;
        int to = request.network().shapeOf(tensor).channels();
        if (items.phase[item] == IsOsSchema.BACKEND) {
            int[] parts = layer.parts(pass(items, item));
            from = parts[laneOfRow(items, item)];
            to = parts[laneOfRow(items, item) + 1];
        } else if (items.phase[item] == IsOsSchema.STORE_OUTPUT) {
            from = layer.passes.get(pass(items, item)).firstChannel();
            to = layer.passes.get(pass(items, item)).endChannel();
        } else {
            int[] range = passes.channels(pass(items, item), tensor);
            from = range[0];
            to = range[1];
        }
        int width = request.network().shapeOf(tensor).width();
        return new Fiber(tensor, items.step[item] % width, items.row[item], from, to);
    }

    /** Lanes that share a loaded fiber: all that a row of the pass can have. */
    int share(SegmentItems items, int item) {
        int pass = pass(items, item);
        int rows = passes.endRow(pass, items.tensor[item]) - passes.firstRow(pass, items.tensor[item]);
        return layers[items.depth[item]].factors.streamed() ? lanes : Math.max(1, lanes / rows);
    }

    @Override
    public String toString() {
        return "segment " + number;
    }
}
