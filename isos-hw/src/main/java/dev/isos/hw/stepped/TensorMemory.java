package dev.isos.hw.stepped;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import java.util.List;

/**
 * The feature maps: where post-op units write and front ends read. Contract: an element can be read only while its fiber
 * (column w, row h) is on chip, that is after it was loaded or made in this segment and before its last user has ended.
 */
final class TensorMemory {
    private final Network network;
    private final ActivationTensor[] tensors;

    /** Pieces of each fiber that are on chip, by slot of the tensor and fiber. */
    private final int[][] resident;

    TensorMemory(Workload workload) {
        network = workload.network();
        tensors = new ActivationTensor[network.tensors()];
        resident = new int[network.tensors()][];
        for (int slot = 0; slot < tensors.length; slot++) {
            int tensor = network.tensorAt(slot);
            FeatureMapShape shape = network.shapeOf(tensor);
            tensors[slot] = Layer.isNetworkInput(tensor)
                    ? workload.input(tensor)
                    : new ActivationTensor(shape, workload.signed(tensor), new byte[shape.elements()]);
            resident[slot] = new int[shape.fibers()];
        }
    }

    /** A piece of a fiber has arrived on chip or been made there. */
    void arrive(int tensor, int w, int h) {
        resident[network.slot(tensor)][fiber(tensor, w, h)]++;
    }

    /** A piece of a fiber is no longer needed on chip. */
    void leave(int tensor, int w, int h) {
        Law.holds(
                --resident[network.slot(tensor)][fiber(tensor, w, h)] >= 0,
                "a fiber of tensor " + tensor + " is released twice");
    }

    private int fiber(int tensor, int w, int h) {
        return w * tensors[network.slot(tensor)].shape().height() + h;
    }

    FeatureMapShape shape(int tensor) {
        return tensors[network.slot(tensor)].shape();
    }

    int read(int tensor, int c, int h, int w) {
        Law.holds(
                resident[network.slot(tensor)][fiber(tensor, w, h)] > 0,
                "column " + w + ", row " + h + " of tensor " + tensor + " is read but not on chip");
        return tensors[network.slot(tensor)].value(c, h, w);
    }

    void write(int tensor, int c, int h, int w, int value) {
        ActivationTensor target = tensors[network.slot(tensor)];
        target.values()[target.fiberStart(w, h) + c] = (byte) value;
    }

    /** Output of a layer; a concatenation, which moves no data, is put together from its parts. */
    ActivationTensor output(int layer) {
        if (network.layer(layer).op() instanceof Concatenation) {
            ActivationTensor whole = tensors[network.slot(layer)];
            int first = 0;
            List<Integer> parts = network.materialisedParts(layer);
            for (int part : parts) {
                ActivationTensor source = tensors[network.slot(part)];
                int channels = source.shape().channels();
                for (int fiber = 0; fiber < whole.shape().fibers(); fiber++) {
                    System.arraycopy(
                            source.values(),
                            fiber * channels,
                            whole.values(),
                            fiber * whole.shape().channels() + first,
                            channels);
                }
                first += channels;
            }
        }
        return tensors[network.slot(layer)];
    }
}
