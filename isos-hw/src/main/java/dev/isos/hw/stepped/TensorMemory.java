package dev.isos.hw.stepped;

import static dev.isos.hw.isosceles.IsoscelesRun.check;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.Arrays;

/**
 * The feature maps, off chip and in the queues. Contract: an element is read on chip only from when it was loaded or made in the
 * segment at hand until its last user has ended; it is loaded only after it was stored.
 */
final class TensorMemory {
    private final Network network;

    /** By slot of the tensor. */
    private final ActivationTensor[] offChip;

    /** What post-op units made. */
    private final ActivationTensor[] made;

    private final boolean[][] stored;

    /** By number of the segment (two at a time) and slot of the tensor. */
    private final byte[][][] onChip;

    private final int[][][] resident;

    TensorMemory(Workload workload) {
        network = workload.network();
        int tensors = network.tensors();
        offChip = new ActivationTensor[tensors];
        made = new ActivationTensor[tensors];
        stored = new boolean[tensors][];
        onChip = new byte[2][tensors][];
        resident = new int[2][tensors][];
        for (int slot = 0; slot < tensors; slot++) {
            int tensor = network.tensorAt(slot);
            int elements = network.shapeOf(tensor).elements();
            boolean input = Layer.isNetworkInput(tensor);
            made[slot] = new ActivationTensor(network.shapeOf(tensor), workload.signed(tensor), new byte[elements]);
            offChip[slot] = input
                    ? workload.input(tensor)
                    : new ActivationTensor(network.shapeOf(tensor), workload.signed(tensor), new byte[elements]);
            stored[slot] = new boolean[elements];
            Arrays.fill(stored[slot], input);
            for (int segment = 0; segment < 2; segment++) {
                onChip[segment][slot] = new byte[elements];
                resident[segment][slot] = new int[elements];
            }
        }
    }

    /** Channels {@code from .. to - 1} of a fiber. */
    record Fiber(int tensor, int w, int h, int from, int to) {}

    private int start(Fiber fiber) {
        return offChip[network.slot(fiber.tensor)].fiberStart(fiber.w, fiber.h);
    }

    /** A fiber is about to be loaded; returns its non-zeros. */
    int beginLoad(Fiber fiber) {
        int slot = network.slot(fiber.tensor);
        for (int i = start(fiber) + fiber.from; i < start(fiber) + fiber.to; i++) {
            check(stored[slot][i], () -> fiber + " is loaded before it was stored");
        }
        return nonZeros(fiber);
    }

    private int nonZeros(Fiber fiber) {
        byte[] values = offChip[network.slot(fiber.tensor)].values();
        int nonZeros = 0;
        for (int i = start(fiber) + fiber.from; i < start(fiber) + fiber.to; i++) {
            nonZeros += values[i] != 0 ? 1 : 0;
        }
        return nonZeros;
    }

    /** A fiber has been loaded; returns its non-zeros. */
    int load(int segment, Fiber fiber) {
        int slot = network.slot(fiber.tensor);
        System.arraycopy(
                offChip[slot].values(),
                start(fiber) + fiber.from,
                onChip[segment % 2][slot],
                start(fiber) + fiber.from,
                fiber.to - fiber.from);
        arrive(segment, fiber);
        return nonZeros(fiber);
    }

    /** A fiber has been loaded or made. */
    void arrive(int segment, Fiber fiber) {
        for (int i = start(fiber) + fiber.from; i < start(fiber) + fiber.to; i++) {
            resident[segment % 2][network.slot(fiber.tensor)][i]++;
        }
    }

    /** Nobody needs a fiber on chip any more. */
    void leave(int segment, Fiber fiber) {
        for (int i = start(fiber) + fiber.from; i < start(fiber) + fiber.to; i++) {
            check(--resident[segment % 2][network.slot(fiber.tensor)][i] >= 0, () -> fiber + " is released twice");
        }
    }

    /** A fiber is about to be stored; returns its non-zeros. */
    int beginStore(int segment, Fiber fiber) {
        int nonZeros = 0;
        for (int c = fiber.from; c < fiber.to; c++) {
            nonZeros += read(segment, fiber.tensor, c, fiber.h, fiber.w) != 0 ? 1 : 0;
        }
        return nonZeros;
    }

    /** A fiber has been stored. */
    void store(int segment, Fiber fiber) {
        int slot = network.slot(fiber.tensor);
        for (int i = start(fiber) + fiber.from; i < start(fiber) + fiber.to; i++) {
            offChip[slot].values()[i] = onChip[segment % 2][slot][i];
            stored[slot][i] = true;
        }
    }

    /** Reads an element on chip. */
    int read(int segment, int tensor, int c, int h, int w) {
        int slot = network.slot(tensor);
        int at = offChip[slot].fiberStart(w, h) + c;
        check(
                resident[segment % 2][slot][at] > 0,
                () -> "column " + w + ", row " + h + ", channel " + c + " of tensor " + tensor
                        + " is read but not on chip");
        return ActivationTensor.decode(onChip[segment % 2][slot][at], offChip[slot].signed());
    }

    /** A post-op unit writes an element. */
    void write(int segment, int tensor, int c, int h, int w, int value) {
        int slot = network.slot(tensor);
        int at = offChip[slot].fiberStart(w, h) + c;
        onChip[segment % 2][slot][at] = (byte) value;
        made[slot].values()[at] = (byte) value;
    }

    /** What a layer made; a concatenation, which moves no data, is put together from its parts. */
    ActivationTensor output(int layer) {
        ActivationTensor whole = made[network.slot(layer)];
        if (!Layer.isNetworkInput(layer) && network.layer(layer).op() instanceof Concatenation) {
            int first = 0;
            for (int part : network.materialisedParts(layer)) {
                ActivationTensor source = Layer.isNetworkInput(part) ? offChip[network.slot(part)] : output(part);
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
        return whole;
    }
}
