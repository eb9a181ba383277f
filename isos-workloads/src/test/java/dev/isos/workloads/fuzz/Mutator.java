package dev.isos.workloads.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.isos.api.random.SplitMix;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Seeded mutations of bytes, of numbers in texts, and of protobuf messages. */
final class Mutator {
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        -1,
        3,
        7,
        127,
        128,
        255,
        256,
        -128,
        32767,
        65535,
        65536,
        1 << 20,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 40
    };
    private static final String[] TEXT_NUMBERS = {
        "0",
        "1",
        "-1",
        "2",
        "3",
        "64",
        "255",
        "1000",
        "65536",
        "65537",
        "99999",
        "2147483647",
        "2147483648",
        "1e9",
        "0.5",
        "999999999999999999999",
        "",
        "NaN",
        "x",
        "-0",
        "[1, 2]",
        "~",
        "1:4"
    };
    private static final int LONGEST = 1 << 20;

    private final SplitMix random;

    Mutator(SplitMix random) {
        this.random = random;
    }

    /** A few random edits of bytes; {@code other} is a further file to take pieces from. */
    byte[] bytes(byte[] original, byte[] other) {
        byte[] data = original.clone();
        for (int edits = random.between(1, 4); edits > 0; edits--) {
            data = edit(data, other);
        }
        return data;
    }

    private byte[] edit(byte[] data, byte[] other) {
        if (data.length == 0) {
            return new byte[] {(byte) random.between(0, 255)};
        }
        int at = random.between(0, data.length - 1);
        int length = Math.min(data.length - at, random.between(1, random.chance(0.2) ? 200 : 8));
        switch (random.between(0, 7)) {
            case 0:
                data[at] ^= (byte) (1 << random.between(0, 7));
                return data;
            case 1:
                data[at] = (byte) NUMBERS[random.between(0, NUMBERS.length - 1)];
                return data;
            case 2:
                return join(Arrays.copyOf(data, at), Arrays.copyOfRange(data, at + length, data.length));
            case 3:
                return join(Arrays.copyOf(data, at + length), Arrays.copyOfRange(data, at, data.length));
            case 4:
                long number = NUMBERS[random.between(0, NUMBERS.length - 1)];
                for (int i = 0; i < 4 && at + i < data.length; i++) {
                    data[at + i] = (byte) (number >> 8 * i);
                }
                return data;
            case 5:
                return random.chance(0.3) ? Arrays.copyOf(data, at) : data;
            case 6:
                if (other.length == 0) {
                    return data;
                }
                int from = random.between(0, other.length - 1);
                int to = Math.min(other.length, from + random.between(1, 300));
                return join(
                        join(Arrays.copyOf(data, at), Arrays.copyOfRange(other, from, to)),
                        Arrays.copyOfRange(data, at, data.length));
            default:
                for (int i = at; i < at + length; i++) {
                    data[i] = (byte) random.between(0, 255);
                }
                return data;
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        byte[] joined = out.toByteArray();
        return joined.length > LONGEST ? Arrays.copyOf(joined, LONGEST) : joined;
    }

    /** Replaces numbers, words and lines of a text. */
    byte[] text(byte[] original, byte[] other) {
        if (random.chance(0.25)) {
            return bytes(original, other);
        }
        String text = new String(original, StandardCharsets.UTF_8);
        for (int edits = random.between(1, 3); edits > 0; edits--) {
            if (random.chance(0.6)) {
                text = replaceNumber(text);
            } else {
                List<String> lines = new ArrayList<>(text.lines().toList());
                if (lines.isEmpty()) {
                    return bytes(original, other);
                }
                int at = random.between(0, lines.size() - 1);
                switch (random.between(0, 3)) {
                    case 0 -> lines.remove(at);
                    case 1 -> lines.add(at, lines.get(random.between(0, lines.size() - 1)));
                    case 2 -> lines.set(at, swapWords(lines.get(at), lines.get(random.between(0, lines.size() - 1))));
                    default -> lines.add(at, TEXT_NUMBERS[random.between(0, TEXT_NUMBERS.length - 1)]);
                }
                text = String.join("\n", lines);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String replaceNumber(String text) {
        int at = random.between(0, Math.max(0, text.length() - 1));
        for (int i = 0; i < text.length(); i++, at = (at + 1) % text.length()) {
            if (Character.isDigit(text.charAt(at))) {
                int end = at;
                while (end < text.length() && Character.isDigit(text.charAt(end))) {
                    end++;
                }
                return text.substring(0, at)
                        + TEXT_NUMBERS[random.between(0, TEXT_NUMBERS.length - 1)]
                        + text.substring(end);
            }
        }
        return text;
    }

    private String swapWords(String line, String from) {
        String[] words = line.split("(?<=[,:{}\\s])");
        String[] others = from.split("(?<=[,:{}\\s])");
        if (words.length == 0 || others.length == 0) {
            return line;
        }
        words[random.between(0, words.length - 1)] = others[random.between(0, others.length - 1)];
        return String.join("", words);
    }

    /** Changes fields somewhere in a message. */
    Message message(Message original) {
        Message.Builder builder = original.toBuilder();
        for (int edits = random.between(1, 3); edits > 0; edits--) {
            change(builder);
        }
        return builder.build();
    }

    private void change(Message.Builder builder) {
        List<FieldDescriptor> set = new ArrayList<>(builder.getAllFields().keySet());
        if (set.isEmpty() || random.chance(0.05)) {
            set = builder.getDescriptorForType().getFields();
        }
        if (set.isEmpty()) {
            return;
        }
        FieldDescriptor field = set.get(random.between(0, set.size() - 1));
        if (!field.isRepeated()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (random.chance(0.05)) {
                    builder.clearField(field);
                } else {
                    change(builder.getFieldBuilder(field));
                }
            } else {
                builder.setField(field, scalar(field, builder.getField(field)));
            }
            return;
        }
        int count = builder.getRepeatedFieldCount(field);
        if (count == 0) {
            return;
        }
        int at = random.between(0, count - 1);
        boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        switch (random.between(0, message ? 9 : 3)) {
            case 0 -> {
                List<Object> left = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    if (i != at) {
                        left.add(builder.getRepeatedField(field, i));
                    }
                }
                builder.clearField(field);
                left.forEach(each -> builder.addRepeatedField(field, each));
            }
            case 1 -> builder.addRepeatedField(field, builder.getRepeatedField(field, at));
            default -> {
                if (message) {
                    change(builder.getRepeatedFieldBuilder(field, at));
                } else {
                    builder.setRepeatedField(field, at, scalar(field, builder.getRepeatedField(field, at)));
                }
            }
        }
    }

    private Object scalar(FieldDescriptor field, Object old) {
        long number = NUMBERS[random.between(0, NUMBERS.length - 1)];
        return switch (field.getJavaType()) {
            case INT -> (int) number;
            case LONG -> random.chance(0.3) ? Long.valueOf((Long) old + random.between(-2, 2)) : Long.valueOf(number);
            case FLOAT -> random.oneOf(0, 1) == 0 ? Float.valueOf(number) : Float.valueOf(Float.NaN);
            case DOUBLE -> (double) number;
            case BOOLEAN -> !(Boolean) old;
            case STRING -> random.chance(0.5) ? "" : old + "x";
            case BYTE_STRING -> ByteString.copyFrom(bytes(((ByteString) old).toByteArray(), new byte[4]));
            default -> old;
        };
    }
}
