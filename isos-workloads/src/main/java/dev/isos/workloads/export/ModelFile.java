package dev.isos.workloads.export;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.isos.api.error.IsosException;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes a model whose large constants are made while they are written. */
final class ModelFile {
    /** A message of protobuf and what is around it stay below 2^31 bytes. */
    private static final long MAX_GRAPH_BYTES = Integer.MAX_VALUE - (1 << 16);

    /** Operator set of the standard. */
    static final int OPSET = 13;

    private static final int IR_VERSION = 7;

    private ModelFile() {}

    /** A model without graph. */
    static ModelProto.Builder model() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("isos")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
    }

    /**
     * Writes a model.
     *
     * @param workload its id, for messages
     * @param model all but the graph
     * @param graph all but the large constants
     */
    static void write(
            String workload,
            ModelProto model,
            GraphProto graph,
            List<? extends StreamedConstant> constants,
            OutputStream stream)
            throws IOException {
        long graphBytes = graph.getSerializedSize();
        for (StreamedConstant constant : constants) {
            graphBytes += constant.fieldBytes();
        }
        if (graphBytes > MAX_GRAPH_BYTES) {
            throw IsosException.unsupported("workload " + workload + " has " + graphBytes
                    + " bytes as an ONNX graph, expected at most " + MAX_GRAPH_BYTES
                    + " (2 GiB is what its format allows)");
        }
        CodedOutputStream out = CodedOutputStream.newInstance(stream);
        model.writeTo(out);
        out.writeTag(ModelProto.GRAPH_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag((int) graphBytes);
        graph.writeTo(out);
        for (StreamedConstant constant : constants) {
            constant.writeTo(out);
        }
        out.flush();
    }
}
