package dev.isos.workloads.onnx;

import com.google.protobuf.ByteString;
import dev.isos.api.random.SplitMix;
import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.FunctionProto;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorShapeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TypeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds small ONNX models; tensor {@code x} goes in, {@code y} comes out. */
final class TestModel {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final SplitMix random;
    private final int opset;
    private final List<FunctionProto> functions = new ArrayList<>();

    TestModel(int opset, long seed, long... inputDims) {
        this.opset = opset;
        this.random = new SplitMix(seed);
        graph.addInput(value("x", inputDims));
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName("y")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE))));
    }

    static ValueInfoProto value(String name, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long d : dims) {
            TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(d > 0 ? dim.setDimValue(d) : dim.setDimParam("batch"));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    /** An initialiser of values in -1..1. */
    TestModel weights(String name, long... dims) {
        return uniform(name, -1, 1, dims);
    }

    TestModel uniform(String name, double low, double high, long... dims) {
        float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * random.nextDouble());
        }
        return floats(name, values, dims);
    }

    /** Raw data, as exporters write it. */
    TestModel floats(String name, float[] values, long... dims) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(raw.array()));
        Arrays.stream(dims).forEach(tensor::addDims);
        graph.addInitializer(tensor);
        return this;
    }

    /** Typed data. */
    TestModel integers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    /** Random int8 or uint8 values of the given range. */
    TestModel bytes(String name, boolean signed, int low, int high, long... dims) {
        int[] values = new int[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.between(low, high);
        }
        return integers(
                name, signed ? TensorProto.DataType.INT8_VALUE : TensorProto.DataType.UINT8_VALUE, values, dims);
    }

    /** Integers of up to 32 bits. */
    TestModel integers(String name, int type, int[] values, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
        Arrays.stream(dims).forEach(tensor::addDims);
        Arrays.stream(values).forEach(tensor::addInt32Data);
        return tensor(tensor.build());
    }

    /** Scale {@code NAME_s} and zero point {@code NAME_z} of a tensor. */
    TestModel format(String name, double scale, int zero, boolean signed) {
        floats(name + "_s", new float[] {(float) scale});
        return integers(
                name + "_z",
                signed ? TensorProto.DataType.INT8_VALUE : TensorProto.DataType.UINT8_VALUE,
                new int[] {zero});
    }

    /** Makes the last node one of ONNX Runtime's own. */
    TestModel microsoft() {
        graph.getNodeBuilder(graph.getNodeCount() - 1).setDomain("com.microsoft");
        return this;
    }

    /** Makes the last node a call of a function of the model. */
    TestModel local() {
        graph.getNodeBuilder(graph.getNodeCount() - 1).setDomain("local");
        return this;
    }

    /**
     * Makes all nodes so far the body of a function in the domain of {@link #local}; their inputs and outputs that are not its own
     * are tensors of the body.
     */
    TestModel function(String name, List<String> inputs, List<String> outputs, AttributeProto... defaults) {
        functions.add(FunctionProto.newBuilder()
                .setDomain("local")
                .setName(name)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttributeProto(List.of(defaults))
                .addAllNode(graph.getNodeList())
                .build());
        graph.clearNode();
        return this;
    }

    /** Has the last node take an attribute from the call of its function. */
    TestModel reference(String attribute, AttributeProto.AttributeType type, String from) {
        graph.getNodeBuilder(graph.getNodeCount() - 1)
                .addAttribute(AttributeProto.newBuilder()
                        .setName(attribute)
                        .setType(type)
                        .setRefAttrName(from));
        return this;
    }

    TestModel tensor(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    /** A node with one output. Attributes: Integer, Float, String or long[]. */
    TestModel node(String operator, String output, List<String> inputs, Map<String, Object> attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output + "_node")
                .addAllInput(inputs)
                .addOutput(output);
        attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
        graph.addNode(node);
        return this;
    }

    /** A node with several outputs. */
    TestModel split(String operator, List<String> outputs, List<String> inputs, Map<String, Object> attributes) {
        node(operator, outputs.get(0), inputs, attributes);
        graph.getNodeBuilder(graph.getNodeCount() - 1).addAllOutput(outputs.subList(1, outputs.size()));
        return this;
    }

    TestModel node(String operator, String output, String... inputs) {
        return node(operator, output, List.of(inputs), Map.of());
    }

    static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Integer i) {
            attribute.setType(AttributeProto.AttributeType.INT).setI(i);
        } else if (value instanceof Float f) {
            attribute.setType(AttributeProto.AttributeType.FLOAT).setF(f);
        } else if (value instanceof String s) {
            attribute.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
        } else if (value instanceof TensorProto t) {
            attribute.setType(AttributeProto.AttributeType.TENSOR).setT(t);
        } else {
            attribute.setType(AttributeProto.AttributeType.INTS);
            Arrays.stream((long[]) value).forEach(attribute::addInts);
        }
        return attribute.build();
    }

    GraphProto.Builder graph() {
        return graph;
    }

    byte[] bytes() {
        return ModelProto.newBuilder()
                .setIrVersion(opset < 9 ? 3 : 8)
                .setProducerName("isos-test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("local").setVersion(1))
                .addAllFunctions(functions)
                .setGraph(graph)
                .build()
                .toByteArray();
    }
}
