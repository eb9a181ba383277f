package dev.isos.workloads.export;

import com.google.protobuf.CodedOutputStream;
import dev.isos.api.tensor.FilterShape;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Dense float32 filters, drawn while they are written: uniform around 0 with the variance 2 / (C/G * R * S), with which activations
 * keep their magnitude through layers with ReLU (He et al., ICCV 2015).
 *
 * @param flat whether it is a matrix [K, C * R * S] instead of filters [K, C/G, R, S]
 */
record DrawnFilters(String name, FilterShape shape, boolean flat, long seed) implements StreamedConstant {
    private static final int BLOCK = 1 << 16;

    @Override
    public TensorProto header() {
        TensorProto.Builder header = TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxNodes.FLOAT)
                .addDims(shape.outputChannels());
        if (flat) {
            header.addDims(perFilter());
        } else {
            header.addDims(shape.channelsPerGroup()).addDims(shape.rows()).addDims(shape.columns());
        }
        return header.build();
    }

    private int perFilter() {
        return shape.channelsPerGroup() * shape.rows() * shape.columns();
    }

    @Override
    public long rawBytes() {
        return (long) Float.BYTES * shape.elements();
    }

    @Override
    public void writeRaw(CodedOutputStream out) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        double largest = Math.sqrt(6.0 / perFilter());
        ByteBuffer block = ByteBuffer.allocate(Float.BYTES * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < shape.elements(); i++) {
            block.putFloat((float) ((2 * random.nextDouble() - 1) * largest));
            if (!block.hasRemaining() || i == shape.elements() - 1) {
                out.write(block.array(), 0, block.position());
                block.clear();
            }
        }
    }
}
