package dev.isos.workloads.export;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;

/** An initialiser whose values are made while it is written. */
interface StreamedConstant {
    /** Name, type and dimensions. */
    TensorProto header();

    /** Bytes of the values. */
    long rawBytes();

    /** Writes {@link #rawBytes()} bytes, little-endian. */
    void writeRaw(CodedOutputStream out) throws IOException;

    /** Bytes of the field of the graph, its tag and length among them. */
    default long fieldBytes() {
        long message = messageBytes();
        return CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
                + CodedOutputStream.computeUInt64SizeNoTag(message)
                + message;
    }

    private long messageBytes() {
        return header().getSerializedSize()
                + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
                + CodedOutputStream.computeUInt64SizeNoTag(rawBytes())
                + rawBytes();
    }

    /** Writes the field of the graph. */
    default void writeTo(CodedOutputStream out) throws IOException {
        out.writeTag(GraphProto.INITIALIZER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(messageBytes());
        header().writeTo(out);
        out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt64NoTag(rawBytes());
        writeRaw(out);
    }
}
