package dev.isos.core.wavefront.execution;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;

/** The steps of a layer whose weights stream by, from their definition. */
final class StreamCut {
    private StreamCut() {}

    /** Step of each input element [w, h, c]: the last one whose equal part of the weights in use begins before it. */
    static int[] steps(FilterTensor filters, Layer layer, int steps) {
        FeatureMapShape in = layer.inputShape();
        long legal = 0;
        for (int position = 0; position < in.elements(); position++) {
            legal += met(filters, layer, position);
        }
        int[] stepOf = new int[in.elements()];
        long before = 0;
        for (int position = 0; position < in.elements(); position++) {
            for (int step = 0; step < steps; step++) {
                stepOf[position] = before >= legal * step / steps ? step : stepOf[position];
            }
            before += met(filters, layer, position);
        }
        return stepOf;
    }

    private static int met(FilterTensor filters, Layer layer, int position) {
        Window window = ((Convolution) layer.op()).window();
        FeatureMapShape in = layer.inputShape();
        int fiber = position / in.channels();
        int met = 0;
        for (int r = 0; r < window.rows(); r++) {
            for (int s = 0; s < window.columns(); s++) {
                if (window.inputRow(0, r) == fiber % in.height() && window.inputColumn(0, s) == fiber / in.height()) {
                    int weights = filters.fiber(position % in.channels(), r, s);
                    met += filters.starts()[weights + 1] - filters.starts()[weights];
                }
            }
        }
        return met;
    }
}
