package dev.isos.core.simulate;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Output tensors of a run: takes each layer's, compares it with the reference, and forgets it once nobody will read it. Given by one
 * thread and forgotten by another.
 */
final class Activations {
    private final Workload workload;
    private final Network model;
    private final List<LayerReference> reference;
    private final String accelerator;
    private final AtomicReferenceArray<ActivationTensor> tensors;
    private final boolean[] given;

    /** By layer: those that read its output, or a concatenation that it is part of. */
    private final List<List<Integer>> readBy = new ArrayList<>();

    private final BitSet done = new BitSet();
    private final long[] nonZeros;
    private String outputSha256;

    /**
     * @param workload as laid out for the accelerator
     * @param model the network as it came, in whose layout outputs are compared
     * @param reference one entry per layer, or empty to compare with nothing
     */
    Activations(Workload workload, Network model, List<LayerReference> reference, String accelerator) {
        this.workload = workload;
        this.model = model;
        this.reference = reference;
        this.accelerator = accelerator;
        int layers = workload.network().size();
        this.tensors = new AtomicReferenceArray<>(layers);
        this.given = new boolean[layers];
        this.nonZeros = new long[layers];
        Network network = workload.network();
        for (int i = 0; i < layers; i++) {
            readBy.add(new ArrayList<>());
        }
        for (Layer reader : network.layers()) {
            for (int operand : reader.operands()) {
                if (!Layer.isNetworkInput(operand)) {
                    readBy.get(operand).add(reader.index());
                }
                network.materialisedParts(operand).stream()
                        .filter(part -> !Layer.isNetworkInput(part) && part != operand)
                        .forEach(part -> readBy.get(part).add(reader.index()));
            }
        }
    }

    /** The workload as laid out, with the image that the tensors are of. */
    Workload workload() {
        return workload;
    }

    ActivationTensor get(int layer) {
        if (Layer.isNetworkInput(layer)) {
            return workload.input(layer);
        }
        ActivationTensor tensor = tensors.get(layer);
        if (tensor == null) {
            throw new IllegalStateException("output of layer "
                    + workload.network().layer(layer).name() + " is not there (not yet, or no longer)");
        }
        return tensor;
    }

    void put(int index, ActivationTensor tensor) {
        Layer layer = workload.network().layer(index);
        if (given[index]) {
            throw failed(layer, "gave its output twice");
        }
        given[index] = true;
        if (!tensor.shape().equals(layer.outputShape()) || tensor.signed() != workload.signed(index)) {
            throw failed(layer, "has an output of shape " + tensor.shape() + ", expected " + layer.outputShape());
        }
        tensors.set(index, tensor);
    }

    /** Counts the outputs of a segment's layers, and compares them with the reference where there is one. */
    void check(Segment segment) {
        for (int index : segment.layers()) {
            Layer layer = workload.network().layer(index);
            ActivationTensor tensor = tensors.get(index);
            boolean last = layer == workload.network().output();
            if (tensor != null && (last || !reference.isEmpty())) {
                String sha256 = Relayout.reshaped(tensor, model.layer(index).outputShape())
                        .sha256();
                if (!reference.isEmpty() && !sha256.equals(reference.get(index).outputSha256())) {
                    throw failed(layer, "has other outputs than the reference");
                }
                outputSha256 = last ? sha256 : outputSha256;
            }
            nonZeros[index] = tensor == null ? 0 : tensor.nonZeros();
        }
    }

    /** A segment has run: forgets tensors that no layer has still to read; the network's output stays. */
    void forgetAfter(Segment segment) {
        segment.layers().forEach(done::set);
        for (int i = done.nextSetBit(0); i >= 0 && i < tensors.length() - 1; i = done.nextSetBit(i + 1)) {
            if (readBy.get(i).stream().allMatch(done::get)) {
                tensors.set(i, null);
            }
        }
    }

    boolean complete() {
        for (boolean g : given) {
            if (!g) {
                return false;
            }
        }
        return true;
    }

    String outputSha256() {
        return outputSha256;
    }

    /** Density of a layer's output, 0..1; of a tensor that enters the network. */
    double density(int layer) {
        return Layer.isNetworkInput(layer)
                ? workload.input(layer).density()
                : nonZeros[layer]
                        / (double) workload.network().layer(layer).outputShape().elements();
    }

    private IsosException failed(Layer layer, String what) {
        return new IsosException(
                ErrorCode.VERIFICATION_FAILED,
                "layer " + layer.name() + " of " + workload.info().id() + " on " + accelerator + " " + what);
    }
}
