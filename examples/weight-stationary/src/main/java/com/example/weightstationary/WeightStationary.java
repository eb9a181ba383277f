package com.example.weightstationary;

import dev.isos.api.dataflow.*;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.*;
import dev.isos.support.layers.*;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.*;

/**
 * Every multiplier holds one non-zero weight while the non-zero inputs that it meets stream by. A block is as many output channels as
 * there are accumulators for; a fold is as many weights of a block as there are multipliers.
 */
final class WeightStationary extends LayerByLayerDataflow {
    static final String MULTIPLIERS = "multipliers", INPUT_BYTES = "inputBytes", ACCUMULATORS = "accumulators";
    static final int STREAM = LayerWork.OWN;
    static final WorkSchema SCHEMA = LayerWork.schema(new WorkMetric("stream", "products", "of the busiest multiplier", 1));
    static final int SUM_BYTES = 4, WEIGHT_BYTES = 3; // a weight has 8 bits and a coordinate of 16

    WeightStationary() {
        super("weight-stationary-sparse", "non-zero weights stay, non-zero inputs stream by, layer by layer");
    }

    @Override public WorkSchema schema(Geometry geometry) { return SCHEMA; }
    @Override public Set<String> requiredGeometry() { return Set.of(MULTIPLIERS, INPUT_BYTES, ACCUMULATORS); }
    @Override public boolean effectualOnly() { return true; }

    /** As many output channels as fit, and at least one. */
    @Override protected List<StorageDemand> storage(Layer layer, Geometry geometry) {
        if (layer.convolution().isEmpty()) return List.of();
        long ofChannel = (long) SUM_BYTES * layer.outputShape().fibers(), limit = SUM_BYTES * geometry.get(ACCUMULATORS);
        long channels = Math.max(1, Math.min(layer.outputShape().channels(), limit / ofChannel));
        return List.of(new StorageDemand(ACCUMULATORS, channels * ofChannel, limit, 1));
    }

    @Override protected ActivationTensor execute(ExecutionContext context, Layer layer) {
        ActivationTensor output = LayerArithmetic.output(context, layer);
        LayerItems items = new LayerItems(context, layer, SCHEMA);
        return layer.convolution().isEmpty() ? items.reduce(output) : convolve(context, layer, items, output);
    }

    private ActivationTensor convolve(
            ExecutionContext context, Layer layer, LayerItems items, ActivationTensor output) {
        Geometry geometry = context.geometry();
        FilterTensor filters = context.workload().filters(layer.index());
        ActivationTensor input = context.activation(layer.inputs().get(0));
        long[] products = ReferenceExecutor.productsPerWeight(layer, input, filters);
        boolean stay = OperandPart.bitmaskBytes(input, 0, input.shape().channels()) <= geometry.get(INPUT_BYTES);
        int channels = output.shape().channels();
        int block = (int) Math.min(channels, geometry.get(ACCUMULATORS) / output.shape().fibers());
        int multipliers = geometry.getInt(MULTIPLIERS), step = 0, fold = LayerItems.NONE, foldBefore = LayerItems.NONE, store = LayerItems.NONE;
        List<Integer> inputs = List.of(), residual = items.readResidual(0, LayerItems.NONE);
        for (int from = 0; from < channels; from += block) {
            int to = Math.min(channels, from + block);
            long[] ofWeight = ofWeights(filters, products, from, to);
            for (int first = 0; first == 0 || first < ofWeight.length; first += multipliers, step++) {
                long[] held = Arrays.copyOfRange(ofWeight, first, Math.min(ofWeight.length, first + multipliers));
                // double buffering: while a fold is computed, the operands of the next one arrive
                List<Integer> weights = items.readFilters(step, WEIGHT_BYTES * held.length, foldBefore);
                inputs = step > 0 && stay ? inputs : items.readInputs(step, foldBefore);
                foldBefore = fold;
                fold = items.multiply(step)
                        .count(LayerWork.PRODUCTS, Arrays.stream(held).sum())
                        .count(STREAM, Arrays.stream(held).max().orElse(0))
                        .after(inputs).after(weights).after(fold).after(store).give();
            }
            store = items.store(step, output, from, to).after(fold).after(residual).give();
        }
        return output;
    }

    /** Products of each non-zero weight of some output channels, given those of the weights of each filter fiber. */
    private static long[] ofWeights(FilterTensor filters, long[] products, int from, int to) {
        long[] ofWeights = new long[filters.nonZeros()];
        int weights = 0;
        for (int fiber = 0; fiber < products.length; fiber++) {
            for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                if (filters.coordinates()[i] >= from && filters.coordinates()[i] < to) {
                    ofWeights[weights++] = products[fiber];
                }
            }
        }
        return Arrays.copyOf(ofWeights, weights);
    }
}
