package dev.isos.core.loopnest;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;

/**
 * What a loop nest sees of a layer. Whatever has no filters looks like a depthwise convolution.
 *
 * @param groups G
 * @param inputChannels C per group
 * @param outputChannels K per group
 * @param height H
 * @param width W
 * @param outputHeight P
 * @param outputWidth Q
 * @param filters whether it multiplies
 */
public record LayerShape(
        int groups,
        int inputChannels,
        int outputChannels,
        int height,
        int width,
        int outputHeight,
        int outputWidth,
        Window window,
        boolean filters) {
    private static final Window POINT = Window.square(1, 1, 0);

    public static LayerShape of(Layer layer) {
        int outputs = layer.outputShape().channels();
        boolean convolves = layer.op() instanceof Convolution;
        int groups = layer.op() instanceof Convolution c ? c.groups() : outputs;
        return new LayerShape(
                groups,
                convolves ? layer.inputShape().channels() / groups : 1,
                outputs / groups,
                layer.inputShape().height(),
                layer.inputShape().width(),
                layer.outputShape().height(),
                layer.outputShape().width(),
                windowOf(layer),
                convolves);
    }

    private static Window windowOf(Layer layer) {
        if (layer.op() instanceof Convolution c) {
            return c.window();
        }
        return layer.op() instanceof Pooling p ? p.window() : POINT;
    }

    /** Extent of a rank. */
    public int extent(Rank rank) {
        return switch (rank) {
            case G -> groups;
            case C -> inputChannels;
            case K -> outputChannels;
            case H -> height;
            case W -> width;
            case P -> outputHeight;
            case Q -> outputWidth;
            case R -> window.rows();
            case S -> window.columns();
        };
    }
}
