package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;

/**
 * A computed tensor under other dimensions, on the way through Reshape, Transpose, Squeeze and Unsqueeze: its channels in a
 * new order and each channel's map untouched.
 *
 * @param base tensor that holds the data
 * @param shape shape of the base
 * @param order channel of the base for each channel of the view
 * @param dims dimensions of the view: those of the channels, then those of the map, with ones anywhere
 * @param mapFrom index of the first dimension that is one of the map
 */
record ChannelView(String base, FeatureMapShape shape, int[] order, int[] dims, int mapFrom) {
    static ChannelView of(String base, FeatureMapShape shape, int[] dims) {
        int[] order = new int[shape.channels()];
        for (int c = 0; c < order.length; c++) {
            order[c] = c;
        }
        return new ChannelView(base, shape, order, dims, mapFrom(shape, dims));
    }

    /** Where the dimensions of the map start when the ones before make up the channels; -1 when they don't. */
    private static int mapFrom(FeatureMapShape shape, int[] dims) {
        long product = 1;
        for (int i = 0; i <= dims.length; i++) {
            if (product == shape.channels()) {
                return i;
            }
            if (i < dims.length) {
                product *= dims[i];
            }
        }
        return -1;
    }

    boolean inOrder() {
        for (int c = 0; c < order.length; c++) {
            if (order[c] != c) {
                return false;
            }
        }
        return true;
    }

    /** The same elements under other dimensions; null when those mix channels and map. */
    ChannelView reshaped(int[] newDims) {
        int from = mapFrom(shape, newDims);
        return from < 0 ? null : new ChannelView(base, shape, order, newDims, from);
    }

    /** Dimensions in another order; null when that moves elements of the map. */
    ChannelView transposed(int[] permutation) {
        int[] newDims = new int[dims.length];
        int lastMap = -1;
        boolean mapSeen = false;
        int channelDims = 0;
        int[] channelAxes = new int[dims.length];
        for (int i = 0; i < dims.length; i++) {
            int axis = permutation[i];
            newDims[i] = dims[axis];
            if (dims[axis] == 1) {
                continue;
            }
            if (axis >= mapFrom) {
                if (axis < lastMap) {
                    return null;
                }
                lastMap = axis;
                mapSeen = true;
            } else if (mapSeen) {
                return null;
            } else {
                channelAxes[channelDims++] = axis;
            }
        }
        int[] strides = new int[dims.length];
        for (int i = mapFrom - 1, stride = 1; i >= 0; stride *= dims[i], i--) {
            strides[i] = stride;
        }
        int[] newOrder = new int[order.length];
        int[] at = new int[dims.length];
        for (int c = 0; c < newOrder.length; c++) {
            int from = 0;
            for (int i = 0; i < channelDims; i++) {
                from += at[i] * strides[channelAxes[i]];
            }
            newOrder[c] = order[from];
            for (int i = channelDims - 1; i >= 0 && ++at[i] == dims[channelAxes[i]]; i--) {
                at[i] = 0;
            }
        }
        int from = mapFrom(shape, newDims);
        return from < 0 ? null : new ChannelView(base, shape, newOrder, newDims, from);
    }
}
