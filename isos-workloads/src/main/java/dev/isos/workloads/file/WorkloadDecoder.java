package dev.isos.workloads.file;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.ChannelScaling;
import dev.isos.api.network.LayerOp.ChannelSelection;
import dev.isos.api.network.LayerOp.Concatenation;
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
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.FloatComparison;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.LookupTable;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.core.bound.WorkBound;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The reading half of {@link WorkloadFile}. Whatever is wrong with the file becomes an
 * {@link IllegalArgumentException} or {@link ArithmeticException} with half a sentence.
 */
final class WorkloadDecoder {
    /** Largest extent of a window, stride, padding or dilation, far beyond use: keeps products within 32 bits. */
    private static final int MAX_WINDOW_NUMBER = 16_384;

    private static final int WINDOW_NUMBERS = 10;
    private static final int SHA256_BYTES = 32;
    private static final String LAYER = "layer ";

    private final String name;
    private final ByteBuffer in;
    private final int version;

    /** Numbers of a layer that come before its arrays. */
    private record Scalars(
            int nonZeros,
            int low,
            int high,
            float sumMultiplier,
            float residualMultiplier,
            float outputScale,
            Optional<LookupTable> lookup,
            Optional<LayerReference> reference) {}

    /**
     * @param name of the file, for messages
     * @param in what follows the version, little-endian; its limit is where the content has to end
     * @param version of the format, 1 to 3
     */
    WorkloadDecoder(String name, ByteBuffer in, int version) {
        this.name = name;
        this.in = in;
        this.version = version;
    }

    WorkloadFile.Entry decode() {
        String head = "the head of the file";
        String contentKey = string(head);
        String id = string(head);
        String infoNetwork = string(head);
        String source = string(head);
        require(head, 1, Long.BYTES);
        long seed = in.getLong();
        WorkloadInfo info = new WorkloadInfo(id, infoNetwork, seed, source, finite(head));
        FeatureMapShape inputShape = new FeatureMapShape(integer(head), integer(head), integer(head));
        boolean inputSigned = flag(head);
        boolean hasReference = flag(head);
        List<FeatureMapShape> furtherShapes = new ArrayList<>();
        List<Boolean> furtherSigned = new ArrayList<>();
        int further = version == 1 ? 0 : integer(head);
        for (int i = 0; i < further; i++) {
            furtherShapes.add(new FeatureMapShape(integer(head), integer(head), integer(head)));
            furtherSigned.add(flag(head));
        }
        NetworkBuilder builder = new NetworkBuilder(string(head), inputShape);
        furtherShapes.forEach(builder::furtherInput);
        int layers = integer(head);
        List<Scalars> scalars = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            scalars.add(layer(builder, hasReference));
        }
        Network network = builder.build();
        new WorkBound("workload file " + name, in.limit())
                .require(network, layer -> scalars.get(layer.index()).nonZeros());
        List<LayerParameters> parameters = new ArrayList<>();
        List<LayerReference> references = new ArrayList<>();
        for (Layer layer : network.layers()) {
            Scalars s = scalars.get(layer.index());
            parameters.add(parameters(layer, s));
            s.reference().ifPresent(reference -> {
                // estimates are made from these numbers
                if (reference.outputNonZeros() < 0
                        || reference.outputNonZeros() > layer.outputShape().elements()
                        || reference.effectualMacs() < 0
                        || reference.effectualMacs() > layer.denseMacs()) {
                    throw new IllegalArgumentException(LAYER + layer.name() + " has " + reference.outputNonZeros()
                            + " non-zero outputs and " + reference.effectualMacs()
                            + " effectual MACs, expected at most "
                            + layer.outputShape().elements() + " and "
                            + layer.denseMacs());
                }
                references.add(reference);
            });
        }
        ActivationTensor input = tensor(inputShape, inputSigned, "the input");
        List<ActivationTensor> furtherInputs = new ArrayList<>();
        for (int i = 0; i < furtherShapes.size(); i++) {
            furtherInputs.add(tensor(furtherShapes.get(i), furtherSigned.get(i), "a further input"));
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes follow its last value");
        }
        Workload workload = new Workload(info, network, parameters, input, references, furtherInputs);
        return new WorkloadFile.Entry(workload, contentKey);
    }

    private ActivationTensor tensor(FeatureMapShape shape, boolean signed, String where) {
        return new ActivationTensor(shape, signed, bytes(shape.elements(), where));
    }

    private Scalars layer(NetworkBuilder builder, boolean hasReference) {
        String name = string("the name of a layer");
        // Not the operator +, of which the first use in a process is slow.
        String where = LAYER.concat(name);
        require(where, 1, 1);
        int operation = in.get();
        int inputCount = integer(where);
        List<Integer> inputs = new ArrayList<>();
        for (int i = 0; i < inputCount; i++) {
            inputs.add(integer(where));
        }
        int residual = integer(where);
        LayerOp op;
        int nonZeros = 0;
        switch (operation) {
            case WorkloadEncoder.CONVOLUTION -> {
                Window window = window(where);
                op = new Convolution(integer(where), integer(where), window);
                nonZeros = integer(where);
            }
            case WorkloadEncoder.MAX_POOLING -> op = new Pooling(PoolingKind.MAX, window(where), flag(where));
            case WorkloadEncoder.AVERAGE_POOLING -> op = new Pooling(PoolingKind.AVERAGE, window(where), flag(where));
            case WorkloadEncoder.ADDITION -> op = new ElementwiseAdd();
            case WorkloadEncoder.CONCATENATION -> op = new Concatenation();
            case WorkloadEncoder.RESPONSE_NORMALISATION ->
                op = new LocalResponseNormalisation(integer(where), finite(where), finite(where), finite(where));
            case WorkloadEncoder.CHANNEL_SELECTION -> op = new ChannelSelection(channels(where));
            case WorkloadEncoder.POSITION_SELECTION ->
                op = new PositionSelection(integer(where), integer(where), channels(where));
            case WorkloadEncoder.TRANSPOSITION -> op = new Transposition(integer(where), integer(where));
            case WorkloadEncoder.MATRIX_PRODUCT -> op = new MatrixProduct(integer(where), flag(where));
            case WorkloadEncoder.LAYER_NORMALISATION -> op = new LayerNormalisation(finite(where));
            case WorkloadEncoder.SOFTMAX -> op = new Softmax(integer(where), finite(where));
            case WorkloadEncoder.CHANNEL_SCALING -> op = new ChannelScaling();
            default -> throw new IllegalArgumentException(where + " has the unknown operation " + operation);
        }
        builder.add(name, op, inputs, residual);
        int low = integer(where);
        int high = integer(where);
        float sumMultiplier = finite(where);
        float residualMultiplier = finite(where);
        float outputScale = finite(where);
        Optional<LookupTable> lookup = version == 1 ? Optional.empty() : lookup(where);
        Optional<LayerReference> reference = hasReference ? Optional.of(reference(where)) : Optional.empty();
        return new Scalars(nonZeros, low, high, sumMultiplier, residualMultiplier, outputScale, lookup, reference);
    }

    private List<Integer> channels(String where) {
        int count = integer(where);
        if (count < 0) {
            throw new IllegalArgumentException(where + " selects " + count + " channels");
        }
        return Arrays.stream(ints(count, where)).boxed().toList();
    }

    private Optional<LookupTable> lookup(String where) {
        require(where, 1, 1);
        int kind = in.get();
        return switch (kind) {
            case WorkloadEncoder.NO_LOOKUP -> Optional.empty();
            case WorkloadEncoder.UNSIGNED_LOOKUP, WorkloadEncoder.SIGNED_LOOKUP ->
                Optional.of(new LookupTable(bytes(LookupTable.ENTRIES, where), kind == WorkloadEncoder.SIGNED_LOOKUP));
            default -> throw new IllegalArgumentException(where + " has a lookup table of the unknown kind " + kind);
        };
    }

    private LayerReference reference(String where) {
        String digest = HexFormat.of().formatHex(bytes(SHA256_BYTES, where));
        require(where, 2, Long.BYTES);
        long nonZeros = in.getLong();
        long effectualMacs = in.getLong();
        Optional<FloatComparison> comparison = Optional.empty();
        if (version >= 3 && flag(where)) {
            require(where, 2, Double.BYTES);
            comparison = Optional.of(new FloatComparison(in.getDouble(), in.getDouble()));
        }
        return new LayerReference(digest, nonZeros, effectualMacs, comparison);
    }

    private Window window(String where) {
        int[] w = ints(WINDOW_NUMBERS, where);
        for (int number : w) {
            if (number < 0 || number > MAX_WINDOW_NUMBER) {
                throw new IllegalArgumentException(
                        where + " has " + number + " in its window, expected 0 to " + MAX_WINDOW_NUMBER);
            }
        }
        return new Window(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9]);
    }

    private LayerParameters parameters(Layer layer, Scalars s) {
        String where = LAYER.concat(layer.name());
        int channels = layer.outputShape().channels();
        Requantisation requantisation = new Requantisation(
                ints(channels, where),
                floats(channels, where),
                s.sumMultiplier(),
                s.residualMultiplier(),
                s.low(),
                s.high(),
                s.outputScale(),
                s.lookup());
        if (layer.convolution().isEmpty()) {
            return new LayerParameters(requantisation);
        }
        FilterShape shape = layer.filterShape();
        if (s.nonZeros() < 0 || s.nonZeros() > shape.elements()) {
            throw new IllegalArgumentException(
                    where + " has " + s.nonZeros() + " non-zero weights of " + shape.elements());
        }
        return new LayerParameters(filters(where, shape, s.nonZeros()), requantisation);
    }

    private FilterTensor filters(String where, FilterShape shape, int nonZeros) {
        int[] starts = ints(Math.addExact(shape.fibers(), 1), where);
        require(where, nonZeros, Character.BYTES);
        char[] coordinates = new char[nonZeros];
        in.asCharBuffer().get(coordinates);
        in.position(in.position() + nonZeros * Character.BYTES);
        byte[] payloads = bytes(nonZeros, where);
        int fibersPerGroup = shape.channelsPerGroup() * shape.rows() * shape.columns();
        if (starts[0] != 0 || starts[shape.fibers()] != nonZeros) {
            throw new IllegalArgumentException(where + " has filter fibers that do not cover its non-zeros");
        }
        for (int fiber = 0; fiber < shape.fibers(); fiber++) {
            // Offsets within 0..nonZeros before anything is read through them.
            if (starts[fiber + 1] < starts[fiber] || starts[fiber + 1] > nonZeros) {
                throw new IllegalArgumentException(where + " has filter fibers out of order");
            }
            int next = fiber / fibersPerGroup * shape.outputsPerGroup();
            int end = next + shape.outputsPerGroup();
            for (int i = starts[fiber]; i < starts[fiber + 1]; i++) {
                if (coordinates[i] < next || coordinates[i] >= end || payloads[i] == 0) {
                    throw new IllegalArgumentException(
                            where + " has a filter fiber with coordinates out of order or a zero");
                }
                next = coordinates[i] + 1;
            }
        }
        return new FilterTensor(shape, starts, coordinates, payloads);
    }

    private int[] ints(int length, String where) {
        require(where, length, Integer.BYTES);
        int[] values = new int[length];
        in.asIntBuffer().get(values);
        in.position(in.position() + length * Integer.BYTES);
        return values;
    }

    private float[] floats(int length, String where) {
        require(where, length, Float.BYTES);
        float[] values = new float[length];
        in.asFloatBuffer().get(values);
        in.position(in.position() + length * Float.BYTES);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException(where + " has a multiplier that is not a number");
            }
        }
        return values;
    }

    private byte[] bytes(int length, String where) {
        require(where, length, 1);
        byte[] values = new byte[length];
        in.get(values);
        return values;
    }

    private void require(String where, int elements, int bytesEach) {
        if ((long) elements * bytesEach > in.remaining()) {
            throw new IllegalArgumentException("it ends within the values of " + where);
        }
    }

    private int integer(String where) {
        require(where, 1, Integer.BYTES);
        return in.getInt();
    }

    private float finite(String where) {
        require(where, 1, Float.BYTES);
        float value = in.getFloat();
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(where + " has a scale that is not a number");
        }
        return value;
    }

    private boolean flag(String where) {
        require(where, 1, 1);
        byte value = in.get();
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException(where + " has " + value + " where 0 or 1 is expected");
        }
        return value == 1;
    }

    private String string(String where) {
        int length = integer(where);
        if (length < 0) {
            throw new IllegalArgumentException(where + " has a text of " + length + " bytes");
        }
        return new String(bytes(length, where), StandardCharsets.UTF_8);
    }
}
