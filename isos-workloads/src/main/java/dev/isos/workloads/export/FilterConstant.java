package dev.isos.workloads.export;

import com.google.protobuf.CodedOutputStream;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;

/**
 * The filters of a layer as an int8 initialiser [K, C/G, R, S] that is made while it is written, some output channels at a
 * time: dense filters can be many times larger than the fibers that a workload keeps.
 */
record FilterConstant(String name, FilterTensor filters) implements StreamedConstant {
    private static final int BLOCK_BYTES = 1 << 20;

    @Override
    public TensorProto header() {
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

    @Override
    public long rawBytes() {
        return filters.shape().elements();
    }

    @Override
    public void writeRaw(CodedOutputStream out) throws IOException {
        FilterShape s = filters.shape();
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
