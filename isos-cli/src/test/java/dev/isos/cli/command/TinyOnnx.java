package dev.isos.cli.command;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongUnaryOperator;

/**
 * A float model in ONNX of a convolution, a pooling and a matrix product, written field by field, so that every number of it can
 * be another one and the file still parses.
 */
final class TinyOnnx {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int INTS = 7;

    private final LongUnaryOperator numbers;

    /** @param numbers what stands in the place of a number */
    TinyOnnx(LongUnaryOperator numbers) {
        this.numbers = numbers;
    }

    byte[] bytes() {
        byte[] graph = join(
                field(
                        1,
                        node(
                                "Conv",
                                "x,w,b",
                                "c",
                                ints("kernel_shape", 3, 3),
                                ints("pads", 1, 1, 1, 1),
                                ints("strides", 1, 1))),
                field(1, node("Relu", "c", "r")),
                field(1, node("MaxPool", "r", "p", ints("kernel_shape", 2, 2), ints("strides", 2, 2))),
                field(1, node("Reshape", "p,s", "f")),
                field(1, node("Gemm", "f,m,n", "y")),
                field(2, text("tiny")),
                field(5, tensor("w", 4, 3, 3, 3)),
                field(5, tensor("b", 4)),
                field(5, shape("s", 1, 64)),
                field(5, tensor("m", 64, 10)),
                field(5, tensor("n", 10)),
                field(11, value("x", 1, 3, 8, 8)),
                field(12, value("y", 1, 10)));
        return join(number(1, 8), field(7, graph), field(8, number(2, numbers.applyAsLong(13))));
    }

    private byte[] node(String operator, String inputs, String output, byte[]... attributes) {
        byte[] node = {};
        for (String input : inputs.split(",")) {
            node = join(node, field(1, text(input)));
        }
        node = join(node, field(2, text(output)), field(3, text(operator + "1")), field(4, text(operator)));
        for (byte[] attribute : attributes) {
            node = join(node, field(5, attribute));
        }
        return node;
    }

    private byte[] ints(String name, long... values) {
        byte[] attribute = field(1, text(name));
        for (long value : values) {
            attribute = join(attribute, number(8, numbers.applyAsLong(value)));
        }
        return join(attribute, number(20, INTS));
    }

    private byte[] dims(long... dims) {
        byte[] all = {};
        for (long dim : dims) {
            all = join(all, number(1, numbers.applyAsLong(dim)));
        }
        return all;
    }

    private byte[] tensor(String name, long... dims) {
        int count = 1;
        for (long dim : dims) {
            count *= (int) dim;
        }
        ByteBuffer data = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            data.putFloat(i % 5 == 0 ? 0 : (i * 31 % 17 - 8) / 16f);
        }
        return join(dims(dims), number(2, numbers.applyAsLong(FLOAT)), field(8, text(name)), field(9, data.array()));
    }

    private byte[] shape(String name, long... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            data.putLong(numbers.applyAsLong(value));
        }
        return join(number(1, values.length), number(2, INT64), field(8, text(name)), field(9, data.array()));
    }

    private byte[] value(String name, long... dims) {
        byte[] shape = {};
        for (long dim : dims) {
            shape = join(shape, field(1, number(1, numbers.applyAsLong(dim))));
        }
        return join(field(1, text(name)), field(2, field(1, join(number(1, FLOAT), field(2, shape)))));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] number(int field, long value) {
        return join(varint((long) field << 3), varint(value));
    }

    private static byte[] field(int field, byte[] content) {
        return join(varint((long) field << 3 | 2), varint(content.length), content);
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
