package dev.isos.workloads.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.workloads.network.NetworkBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The reading half of {@link WorkloadFile}. Whatever is wrong with the file becomes an
 * {@link IllegalArgumentException} or {@link ArithmeticException} with half a sentence.
 */
final class WorkloadDecoder {
    /** Largest extent of a window, stride, padding or dilation, far beyond use: keeps products within 32 bits. */
    private static final int MAX_WINDOW_NUMBER = 16_384;

    private static final int WINDOW_NUMBERS = 10;
    private static final int SHA256_DIGITS = 64;

    private final JsonNode header;
    private final ByteBuffer in;

    /**
     * @param header the header
     * @param in the body, little-endian; its limit is where the body has to end
     */
    WorkloadDecoder(JsonNode header, ByteBuffer in) {
        this.header = header;
        this.in = in;
    }

    Workload decode() {
        JsonNode infoNode = header.path("info");
        WorkloadInfo info = new WorkloadInfo(
                text(infoNode, "id", "info"),
                text(infoNode, "network", "info"),
                integer(infoNode, "seed", "info", Long.MIN_VALUE, Long.MAX_VALUE),
                text(infoNode, "source", "info"),
                number(infoNode, "inputScale", "info"));
        JsonNode inputNode = header.path("input");
        FeatureMapShape inputShape = new FeatureMapShape(
                small(inputNode, "channels", "input", 1, Integer.MAX_VALUE),
                small(inputNode, "height", "input", 1, Integer.MAX_VALUE),
                small(inputNode, "width", "input", 1, Integer.MAX_VALUE));
        boolean inputSigned = flag(inputNode, "signed", "input");
        boolean hasReference = flag(header, "hasReference", "the header");
        JsonNode layerNodes = header.path("layers");
        if (!layerNodes.isArray()) {
            throw new IllegalArgumentException("its header has no list of layers");
        }
        Network network = network(text(infoNode, "networkName", "info"), inputShape, layerNodes);
        List<LayerParameters> parameters = new ArrayList<>();
        List<LayerReference> references = new ArrayList<>();
        for (Layer layer : network.layers()) {
            JsonNode node = layerNodes.get(layer.index());
            parameters.add(parameters(layer, node));
            if (hasReference) {
                references.add(reference(layer, node.path("reference")));
            }
        }
        byte[] values = bytes(inputShape.elements(), "the input");
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes follow its last value");
        }
        return new Workload(
                info, network, parameters, new ActivationTensor(inputShape, inputSigned, values), references);
    }

    private static Network network(String name, FeatureMapShape input, JsonNode layerNodes) {
        NetworkBuilder builder = new NetworkBuilder(name, input);
        int index = 0;
        for (JsonNode node : layerNodes) {
            String layer = text(node, "name", "layer " + index);
            String where = "layer " + layer;
            List<Integer> inputs = new ArrayList<>();
            JsonNode inputNodes = node.path("inputs");
            for (JsonNode operand : inputNodes) {
                if (!operand.isInt()) {
                    throw new IllegalArgumentException(where + " has an input that is not an index");
                }
                inputs.add(operand.intValue());
            }
            int residual = small(node, "residual", where, Layer.NONE, index);
            builder.add(layer, operation(node, where), inputs, residual);
            index++;
        }
        return builder.build();
    }

    private static LayerOp operation(JsonNode node, String where) {
        String op = text(node, "op", where);
        return switch (op) {
            case "convolution" ->
                new Convolution(
                        small(node, "outputChannels", where, 1, FilterShape.MAX_OUTPUT_CHANNELS),
                        small(node, "groups", where, 1, FilterShape.MAX_OUTPUT_CHANNELS),
                        window(node, where));
            case "max-pooling", "average-pooling" ->
                new Pooling(
                        op.startsWith("max") ? PoolingKind.MAX : PoolingKind.AVERAGE,
                        window(node, where),
                        flag(node, "countPadding", where));
            case "add" -> new ElementwiseAdd();
            case "concatenation" -> new Concatenation();
            default -> throw new IllegalArgumentException(where + " has the unknown operation '" + op + "'");
        };
    }

    private static Window window(JsonNode node, String where) {
        JsonNode numbers = node.path("window");
        if (numbers.size() != WINDOW_NUMBERS) {
            throw new IllegalArgumentException(where + " needs a window of " + WINDOW_NUMBERS + " numbers");
        }
        int[] w = new int[WINDOW_NUMBERS];
        for (int i = 0; i < WINDOW_NUMBERS; i++) {
            JsonNode number = numbers.path(i);
            if (!number.isInt() || number.intValue() < 0 || number.intValue() > MAX_WINDOW_NUMBER) {
                throw new IllegalArgumentException(
                        where + " has a window with a number that is not an integer of 0 to " + MAX_WINDOW_NUMBER);
            }
            w[i] = number.intValue();
        }
        return new Window(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9]);
    }

    private LayerParameters parameters(Layer layer, JsonNode node) {
        String where = "layer " + layer.name();
        int channels = layer.outputShape().channels();
        int[] bias = ints(channels, where);
        float[] multiplier = floats(channels, where);
        Requantisation requantisation = new Requantisation(
                bias,
                multiplier,
                number(node, "sumMultiplier", where),
                number(node, "residualMultiplier", where),
                small(node, "low", where, -128, 0),
                small(node, "high", where, 0, 255),
                number(node, "outputScale", where));
        if (layer.convolution().isEmpty()) {
            return new LayerParameters(requantisation);
        }
        FilterShape shape = layer.filterShape();
        int nonZeros = small(node, "nonZeros", where, 0, shape.elements());
        return new LayerParameters(filters(where, shape, nonZeros), requantisation);
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

    private static LayerReference reference(Layer layer, JsonNode node) {
        String where = "the reference of layer " + layer.name();
        String digest = text(node, "outputSha256", where);
        if (digest.length() != SHA256_DIGITS || !digest.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException(where + " has a digest that is not SHA-256 in hexadecimal");
        }
        return new LayerReference(
                digest,
                integer(node, "outputNonZeros", where, 0, layer.outputShape().elements()),
                integer(node, "effectualMacs", where, 0, layer.denseMacs()));
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

    private static String text(JsonNode node, String field, String where) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(where + " lacks the text '" + field + "'");
        }
        return value.textValue();
    }

    private static boolean flag(JsonNode node, String field, String where) {
        JsonNode value = node.path(field);
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(where + " lacks '" + field + "', true or false");
        }
        return value.booleanValue();
    }

    private static int small(JsonNode node, String field, String where, int least, int most) {
        return (int) integer(node, field, where, least, most);
    }

    private static long integer(JsonNode node, String field, String where, long least, long most) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            throw new IllegalArgumentException(
                    where + " lacks '" + field + "', an integer of " + least + " to " + most);
        }
        return value.longValue();
    }

    private static float number(JsonNode node, String field, String where) {
        JsonNode value = node.path(field);
        float number = (float) value.doubleValue();
        if (!value.isNumber() || !Float.isFinite(number)) {
            throw new IllegalArgumentException(where + " lacks the number '" + field + "'");
        }
        return number;
    }
}
