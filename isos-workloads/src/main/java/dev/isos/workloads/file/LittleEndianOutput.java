package dev.isos.workloads.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Collects little-endian numbers and strings. */
final class LittleEndianOutput {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    void bytes(byte... values) {
        out.writeBytes(values);
    }

    void flag(boolean value) {
        out.write(value ? 1 : 0);
    }

    void ints(int... values) {
        for (int value : values) {
            out.write(number.putInt(0, value).array(), 0, Integer.BYTES);
        }
    }

    void longs(long... values) {
        for (long value : values) {
            out.write(number.putLong(0, value).array(), 0, Long.BYTES);
        }
    }

    void floats(float... values) {
        for (float value : values) {
            out.write(number.putFloat(0, value).array(), 0, Float.BYTES);
        }
    }

    void string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        ints(utf8.length);
        bytes(utf8);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
