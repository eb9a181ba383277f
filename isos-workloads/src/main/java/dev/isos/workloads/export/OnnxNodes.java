package dev.isos.workloads.export;

import com.google.protobuf.ByteString;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorShapeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TypeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds nodes and constants to a graph. Attributes are Integer, Float or long[]. */
final class OnnxNodes {
    static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
    static final int DOUBLE = TensorProto.DataType.DOUBLE_VALUE;
    static final int INT32 = TensorProto.DataType.INT32_VALUE;
    static final int INT64 = TensorProto.DataType.INT64_VALUE;
    static final int INT8 = TensorProto.DataType.INT8_VALUE;
    static final int UINT8 = TensorProto.DataType.UINT8_VALUE;

    private final GraphProto.Builder graph;
    private final List<FilterConstant> filters = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    OnnxNodes(GraphProto.Builder graph) {
        this.graph = graph;
    }

    /** A name that no other tensor has; what a layer adds to it stays apart from names of layers. */
    String unique(String name) {
        String free = name.isEmpty() ? "layer" : name;
        for (int n = 2; !names.add(free); n++) {
            free = name + "_" + n;
        }
        return free;
    }

    /** Adds a node and gives its output. */
    String node(String operator, String output, List<String> inputs, Map<String, Object> attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output);
        attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
        graph.addNode(node);
        return output;
    }

    String node(String operator, String output, String... inputs) {
        return node(operator, output, List.of(inputs), Map.of());
    }

    String cast(String output, String input, int type) {
        return node("Cast", output, List.of(input), Map.of("to", type));
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Integer i) {
            return attribute.setType(AttributeProto.AttributeType.INT).setI(i).build();
        }
        if (value instanceof Float f) {
            return attribute.setType(AttributeProto.AttributeType.FLOAT).setF(f).build();
        }
        attribute.setType(AttributeProto.AttributeType.INTS);
        for (long each : (long[]) value) {
            attribute.addInts(each);
        }
        return attribute.build();
    }

    String floats(String name, float[] values, long... dims) {
        ByteBuffer raw = buffer(Float.BYTES * values.length);
        raw.asFloatBuffer().put(values);
        return constant(name, FLOAT, raw.array(), dims);
    }

    String doubles(String name, double value) {
        return constant(name, DOUBLE, buffer(Double.BYTES).putDouble(value).array());
    }

    String ints(String name, int[] values, long... dims) {
        ByteBuffer raw = buffer(Integer.BYTES * values.length);
        raw.asIntBuffer().put(values);
        return constant(name, INT32, raw.array(), dims);
    }

    String longs(String name, long[] values, long... dims) {
        ByteBuffer raw = buffer(Long.BYTES * values.length);
        raw.asLongBuffer().put(values);
        return constant(name, INT64, raw.array(), dims);
    }

    /** Filters, int8 of shape [K, C/G, R, S]; they are not part of the graph's message, see {@link #filters()}. */
    String filters(String name, FilterTensor tensor) {
        filters.add(new FilterConstant(name, tensor));
        return name;
    }

    /** The initialisers that are written behind the graph's other fields. */
    List<FilterConstant> filters() {
        return filters;
    }

    /** An 8-bit constant. */
    String bytes(String name, boolean signed, byte[] values, long... dims) {
        return constant(name, signed ? INT8 : UINT8, values, dims);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String constant(String name, int type, byte[] raw, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type)
                .setRawData(com.google.protobuf.UnsafeByteOperations.unsafeWrap(raw));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** Describes an 8-bit tensor that enters or leaves the graph. */
    static ValueInfoProto value(String name, FeatureMapShape shape, boolean signed, String description) {
        return value(name, shape, signed ? INT8 : UINT8, description);
    }

    /** Describes a tensor of some type that enters or leaves the graph. */
    static ValueInfoProto value(String name, FeatureMapShape shape, int type, String description) {
        TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
        for (int dim : new int[] {1, shape.channels(), shape.height(), shape.width()}) {
            dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setDocString(description)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(dims)))
                .build();
    }

    static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
