package dev.isos.workloads.export;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;

/**
 * The filters of a layer as an int8 initialiser [K, C/G, R, S] that is made while it is written, some output channels at a
 * time: dense filters can be many times larger than the fibers that a workload keeps.
 */
record FilterConstant(String name, FilterTensor filters) {
    private static final int BLOCK_BYTES = 1 << 20;

    /** Bytes of the field of the graph, its tag and length among them. */
    long fieldBytes() {
        long message = messageBytes();
        return CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
                + CodedOutputStream.computeUInt64SizeNoTag(message)
                + message;
    }

    private long messageBytes() {
        int raw = filters.shape().elements();
        return header().getSerializedSize()
                + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(raw)
                + (long) raw;
    }

    private TensorProto header() {
        FilterShape s = filters.shape();
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxNodes.INT8)
                .addDims(s.outputChannels())
                .addDims(s.channelsPerGroup())
                .addDims(s.rows())
                .addDims(s.columns())
                .build();
    }

    void writeTo(CodedOutputStream out) throws IOException {
        FilterShape s = filters.shape();
        out.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(messageBytes());
        header().writeTo(out);
        out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(s.elements());
        int perFilter = s.channelsPerGroup() * s.rows() * s.columns();
        int perBlock = Math.max(1, Math.min(s.outputChannels(), BLOCK_BYTES / perFilter));
        // Coordinates ascend within a fiber: each block goes on where the one before ended.
        int[] next = filters.starts().clone();
        for (int first = 0; first < s.outputChannels(); first += perBlock) {
            int end = Math.min(s.outputChannels(), first + perBlock);
            byte[] block = new byte[(end - first) * perFilter];
            for (int fiber = 0; fiber < s.fibers(); fiber++) {
                int last = filters.starts()[fiber + 1];
                int at = next[fiber];
                for (; at < last && filters.coordinates()[at] < end; at++) {
                    block[(filters.coordinates()[at] - first) * perFilter + fiber % perFilter] = filters.payloads()[at];
                }
                next[fiber] = at;
            }
            out.writeRawBytes(block);
        }
    }
}
