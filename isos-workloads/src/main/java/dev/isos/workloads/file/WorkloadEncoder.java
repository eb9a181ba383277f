package dev.isos.workloads.file;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelScaling;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.LayerNormalisation;
import dev.isos.api.network.LayerOp.LocalResponseNormalisation;
import dev.isos.api.network.LayerOp.MatrixProduct;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.LayerOp.PositionSelection;
import dev.isos.api.network.LayerOp.Softmax;
import dev.isos.api.network.LayerOp.Transposition;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.LookupTable;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The writing half of {@link WorkloadFile}. */
final class WorkloadEncoder {
    static final int CONVOLUTION = 0;
    static final int MAX_POOLING = 1;
    static final int AVERAGE_POOLING = 2;
    static final int ADDITION = 3;
    static final int CONCATENATION = 4;
    static final int RESPONSE_NORMALISATION = 5;
    static final int CHANNEL_SELECTION = 6;
    static final int POSITION_SELECTION = 7;
    static final int TRANSPOSITION = 8;
    static final int MATRIX_PRODUCT = 9;
    static final int CHANNEL_SCALING = 10;
    static final int LAYER_NORMALISATION = 11;
    static final int SOFTMAX = 12;

    private static final int PIECE_BYTES = 1 << 16;

    static final int NO_LOOKUP = 0;
    static final int UNSIGNED_LOOKUP = 1;
    static final int SIGNED_LOOKUP = 2;

    private WorkloadEncoder() {}

    static byte[] header(Workload workload, String contentKey) {
        LittleEndianOutput out = new LittleEndianOutput();
        out.string(contentKey);
        out.string(workload.info().id());
        out.string(workload.info().network());
        out.string(workload.info().source());
        out.longs(workload.info().seed());
        out.floats(workload.info().inputScale());
        FeatureMapShape shape = workload.input().shape();
        out.ints(shape.channels(), shape.height(), shape.width());
        out.flag(workload.input().signed());
        out.flag(workload.hasReference());
        out.ints(workload.furtherInputs().size());
        for (ActivationTensor input : workload.furtherInputs()) {
            out.ints(
                    input.shape().channels(),
                    input.shape().height(),
                    input.shape().width());
            out.flag(input.signed());
        }
        out.string(workload.network().name());
        out.ints(workload.network().size());
        for (Layer layer : workload.network().layers()) {
            layer(out, workload, layer);
        }
        return out.toByteArray();
    }

    private static void layer(LittleEndianOutput out, Workload workload, Layer layer) {
        out.string(layer.name());
        out.bytes((byte) operation(layer.op()));
        out.ints(layer.inputs().size());
        layer.inputs().forEach(out::ints);
        out.ints(layer.residual());
        if (layer.op() instanceof Convolution c) {
            window(out, c.window());
            out.ints(
                    c.outputChannels(),
                    c.groups(),
                    workload.filters(layer.index()).nonZeros());
        } else if (layer.op() instanceof Pooling p) {
            window(out, p.window());
            out.flag(p.countPadding());
        } else if (layer.op() instanceof LocalResponseNormalisation n) {
            out.ints(n.size());
            out.floats(n.alpha(), n.beta(), n.k());
        } else if (layer.op() instanceof ChannelSelection s) {
            out.ints(s.channels().size());
            out.ints(s.toArray());
        } else if (layer.op() instanceof PositionSelection s) {
            out.ints(s.height(), s.width(), s.positions().size());
            out.ints(s.positions().stream().mapToInt(Integer::intValue).toArray());
        } else if (layer.op() instanceof Transposition t) {
            out.ints(t.height(), t.width());
        } else if (layer.op() instanceof MatrixProduct p) {
            out.ints(p.groups());
            out.flag(p.transposed());
        } else if (layer.op() instanceof LayerNormalisation n) {
            out.floats(n.epsilon());
        } else if (layer.op() instanceof Softmax s) {
            out.ints(s.groups());
            out.floats(s.scale());
        }
        Requantisation r = workload.requantisation(layer.index());
        out.ints(r.low(), r.high());
        out.floats(r.sumMultiplier(), r.residualMultiplier(), r.outputScale());
        if (r.lookup().isPresent()) {
            LookupTable table = r.lookup().get();
            out.bytes((byte) (table.signed() ? SIGNED_LOOKUP : UNSIGNED_LOOKUP));
            out.bytes(table.values());
        } else {
            out.bytes((byte) NO_LOOKUP);
        }
        if (workload.hasReference()) {
            LayerReference reference = workload.reference().get(layer.index());
            out.bytes(HexFormat.of().parseHex(reference.outputSha256()));
            out.longs(reference.outputNonZeros(), reference.effectualMacs());
            out.flag(reference.comparison().isPresent());
            reference
                    .comparison()
                    .ifPresent(c ->
                            out.longs(Double.doubleToLongBits(c.sqnrDb()), Double.doubleToLongBits(c.floatDensity())));
        }
    }

    private static int operation(LayerOp op) {
        if (op instanceof Convolution) {
            return CONVOLUTION;
        }
        if (op instanceof Pooling p) {
            return p.kind() == PoolingKind.MAX ? MAX_POOLING : AVERAGE_POOLING;
        }
        if (op instanceof LocalResponseNormalisation) {
            return RESPONSE_NORMALISATION;
        }
        if (op instanceof ChannelSelection) {
            return CHANNEL_SELECTION;
        }
        if (op instanceof LayerNormalisation) {
            return LAYER_NORMALISATION;
        }
        if (op instanceof Softmax) {
            return SOFTMAX;
        }
        if (op instanceof PositionSelection) {
            return POSITION_SELECTION;
        }
        if (op instanceof Transposition) {
            return TRANSPOSITION;
        }
        if (op instanceof MatrixProduct) {
            return MATRIX_PRODUCT;
        }
        if (op instanceof ChannelScaling) {
            return CHANNEL_SCALING;
        }
        return op instanceof ElementwiseAdd ? ADDITION : CONCATENATION;
    }

    private static void window(LittleEndianOutput out, Window w) {
        out.ints(w.rows(), w.columns(), w.strideRows(), w.strideColumns());
        out.ints(w.padTop(), w.padLeft(), w.padBottom(), w.padRight());
        out.ints(w.dilationRows(), w.dilationColumns());
    }

    static long bodyBytes(Workload workload) {
        long bytes = workload.input().values().length;
        for (ActivationTensor input : workload.furtherInputs()) {
            bytes += input.values().length;
        }
        for (LayerParameters p : workload.parameters()) {
            bytes += p.requantisation().bias().length * (long) (Integer.BYTES + Float.BYTES);
            if (p.filters().isPresent()) {
                FilterTensor f = p.filters().get();
                bytes += f.starts().length * (long) Integer.BYTES + f.nonZeros() * (long) (Character.BYTES + 1);
            }
        }
        return bytes;
    }

    /** Writes the arrays piece by piece, so that a large workload is not held twice. */
    static void body(OutputStream out, Workload workload) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (LayerParameters p : workload.parameters()) {
            ints(out, piece, p.requantisation().bias());
            floats(out, piece, p.requantisation().multiplier());
            if (p.filters().isPresent()) {
                FilterTensor f = p.filters().get();
                ints(out, piece, f.starts());
                characters(out, piece, f.coordinates());
                out.write(f.payloads());
            }
        }
        out.write(workload.input().values());
        for (ActivationTensor input : workload.furtherInputs()) {
            out.write(input.values());
        }
    }

    private static void ints(OutputStream out, ByteBuffer piece, int[] values) throws IOException {
        int most = PIECE_BYTES / Integer.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            piece.asIntBuffer().put(values, from, count);
            out.write(piece.array(), 0, count * Integer.BYTES);
        }
    }

    private static void floats(OutputStream out, ByteBuffer piece, float[] values) throws IOException {
        int most = PIECE_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            piece.asFloatBuffer().put(values, from, count);
            out.write(piece.array(), 0, count * Float.BYTES);
        }
    }

    private static void characters(OutputStream out, ByteBuffer piece, char[] values) throws IOException {
        int most = PIECE_BYTES / Character.BYTES;
        for (int from = 0; from < values.length; from += most) {
            int count = Math.min(most, values.length - from);
            piece.asCharBuffer().put(values, from, count);
            out.write(piece.array(), 0, count * Character.BYTES);
        }
    }
}
