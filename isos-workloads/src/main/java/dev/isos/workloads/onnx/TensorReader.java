package dev.isos.workloads.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.isos.api.error.IsosException;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** From {@link TensorProto}, raw or typed data, to {@link ConstantTensor}. Never allocates more than the file holds. */
final class TensorReader {
    private TensorReader() {}

    /**
     * @param file name of the file, for messages
     * @param what what the tensor is, for messages, such as {@code initialiser conv1_w}
     */
    static ConstantTensor read(String file, String what, TensorProto proto) {
        return read(file, what, proto, ExternalData.none());
    }

    /**
     * @param external where tensors may keep their data outside the model file
     */
    static ConstantTensor read(String file, String what, TensorProto proto, ExternalData external) {
        if (proto.hasSegment()) {
            throw IsosException.unsupported(file + ": " + what + " is stored in segments, expected a whole tensor");
        }
        TensorProto.DataType type = TensorProto.DataType.forNumber(proto.getDataType());
        if (type == null) {
            throw IsosException.badInput(file + ": " + what + " has the unknown data type " + proto.getDataType());
        }
        int[] dims = new int[proto.getDimsCount()];
        long elements = 1;
        for (int i = 0; i < dims.length; i++) {
            long size = proto.getDims(i);
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw IsosException.badInput(
                        file + ": " + what + " has dimension " + size + ", expected 0.." + Integer.MAX_VALUE);
            }
            dims[i] = (int) size;
            elements *= size;
            if (elements > Integer.MAX_VALUE) {
                throw IsosException.badInput(file + ": " + what + " claims more elements than a file can hold");
            }
        }
        int count = (int) elements;
        if (ExternalData.isExternal(proto)) {
            long bytes = (long) count * bytes(file, what, type);
            if (bytes > Integer.MAX_VALUE - 8) {
                throw IsosException.badInput(file + ": " + what + " claims more bytes than an array can hold");
            }
            byte[] data = external.read(file + ": " + what, proto, (int) bytes);
            return raw(file, what, type, dims, count, UnsafeByteOperations.unsafeWrap(data));
        }
        return proto.hasRawData() && !(count == 0 && proto.getRawData().isEmpty())
                ? raw(file, what, type, dims, count, proto.getRawData())
                : typed(file, what, type, dims, count, proto);
    }

    private static ConstantTensor raw(
            String file, String what, TensorProto.DataType type, int[] dims, int count, ByteString data) {
        int bytes = bytes(file, what, type);
        if (data.size() != (long) count * bytes) {
            throw IsosException.badInput(file + ": " + what + " has " + data.size() + " bytes of data, expected "
                    + (long) count * bytes + " for " + count + " elements of type " + type);
        }
        ByteBuffer in = data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case INT8, UINT8 -> {
                return ConstantTensor.ofBytes(dims, data.toByteArray(), type == TensorProto.DataType.INT8);
            }
            case FLOAT -> {
                float[] values = new float[count];
                in.asFloatBuffer().get(values);
                return ConstantTensor.ofFloats(dims, values);
            }
            case DOUBLE, FLOAT16, BFLOAT16 -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = switch (type) {
                        case DOUBLE -> (float) in.getDouble();
                        case FLOAT16 -> half(in.getShort());
                        default -> Float.intBitsToFloat(in.getShort() << 16);
                    };
                }
                return ConstantTensor.ofFloats(dims, values);
            }
            default -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = switch (type) {
                        case INT32 -> in.getInt();
                        case UINT32 -> in.getInt() & 0xFFFFFFFFL;
                        case INT16 -> in.getShort();
                        case UINT16 -> in.getShort() & 0xFFFF;
                        case BOOL -> in.get() & 0xFF;
                        default -> in.getLong();
                    };
                }
                return ConstantTensor.ofIntegers(dims, values);
            }
        }
    }

    private static int bytes(String file, String what, TensorProto.DataType type) {
        return switch (type) {
            case FLOAT, INT32, UINT32 -> 4;
            case DOUBLE, INT64, UINT64 -> 8;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> throw unsupportedType(file, what, type);
        };
    }

    private static ConstantTensor typed(
            String file, String what, TensorProto.DataType type, int[] dims, int count, TensorProto proto) {
        int stored = switch (type) {
            case FLOAT -> proto.getFloatDataCount();
            case DOUBLE -> proto.getDoubleDataCount();
            case INT64 -> proto.getInt64DataCount();
            case UINT32, UINT64 -> proto.getUint64DataCount();
            case FLOAT16, BFLOAT16, INT32, INT16, UINT16, INT8, UINT8, BOOL -> proto.getInt32DataCount();
            default -> throw unsupportedType(file, what, type);
        };
        if (stored != count) {
            throw IsosException.badInput(
                    file + ": " + what + " has " + stored + " values, expected " + count + " of type " + type);
        }
        switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = switch (type) {
                        case FLOAT -> proto.getFloatData(i);
                        case DOUBLE -> (float) proto.getDoubleData(i);
                        case FLOAT16 -> half((short) proto.getInt32Data(i));
                        default -> Float.intBitsToFloat(proto.getInt32Data(i) << 16);
                    };
                }
                return ConstantTensor.ofFloats(dims, values);
            }
            case INT8, UINT8 -> {
                byte[] values = new byte[count];
                for (int i = 0; i < count; i++) {
                    values[i] = (byte) proto.getInt32Data(i);
                }
                return ConstantTensor.ofBytes(dims, values, type == TensorProto.DataType.INT8);
            }
            default -> {
                long[] values = new long[count];
                for (int i = 0; i < count; i++) {
                    values[i] = switch (type) {
                        case INT64 -> proto.getInt64Data(i);
                        case UINT32, UINT64 -> proto.getUint64Data(i);
                        default -> proto.getInt32Data(i);
                    };
                }
                return ConstantTensor.ofIntegers(dims, values);
            }
        }
    }

    private static IsosException unsupportedType(String file, String what, TensorProto.DataType type) {
        return IsosException.unsupported(file + ": " + what + " has elements of type " + type
                + ", expected floating-point numbers or integers of at least 8 bits");
    }

    /** IEEE 754 binary16 to float32. */
    static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        if (exponent == 0x1F) {
            return Float.intBitsToFloat(sign | 0x7F800000 | fraction << 13);
        }
        if (exponent != 0) {
            return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
        }
        // Subnormal: fraction * 2^-24, exact in float32.
        float magnitude = fraction * 0x1p-24f;
        return sign == 0 ? magnitude : -magnitude;
    }
}
