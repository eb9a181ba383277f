package dev.isos.study.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.core.bound.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Rows as lines of JSON. Each line ends in a checksum of what stands before it, so that neither a changed digit nor what a power
 * failure leaves is taken for a result.
 */
final class RowFormat {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final JsonFactory JSON = MAPPER.getFactory();

    /** What follows the last field of a row; eight hexadecimal digits and the end of the line come after. */
    private static final byte[] CHECKSUM = ",\"crc32\":\"".getBytes(StandardCharsets.US_ASCII);

    private static final int DIGITS = 8;
    private static final String END = "\"}\n";
    private static final int TAIL = CHECKSUM.length + DIGITS + END.length();
    private static final int BUFFER_BYTES = 1 << 16;

    private RowFormat() {}

    /** Takes the lines of a file. */
    interface Lines {
        /**
         * @param start position of the line
         * @param row the row as JSON; null of a damaged line
         */
        void line(long start, byte @Nullable [] row, int length) throws IOException;
    }

    static byte[] line(Row row) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(row);
        int body = json.length - 1;
        byte[] line = Arrays.copyOf(json, body + TAIL);
        System.arraycopy(tail(json, 0, body), 0, line, body, TAIL);
        return line;
    }

    /** Reads the row of which a line holds the JSON at a place, without its end: the checksum stands there. */
    static Row row(RandomAccessFile file, long start, int length) throws IOException {
        byte[] json = new byte[length];
        file.seek(start);
        file.readFully(json);
        json[length - 1] = '}';
        return MAPPER.readValue(json, Row.class);
    }

    /** What a row sets, without the rest of it. */
    static Map<String, Object> parameters(RandomAccessFile file, long start, int length) throws IOException {
        byte[] json = new byte[length];
        file.seek(start);
        file.readFully(json);
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                if (field.equals("parameters")) {
                    return parser.readValueAs(new TypeReference<Map<String, Object>>() {});
                }
                parser.skipChildren();
            }
        }
        return Map.of();
    }

    /** Length of the JSON of a row in a line. */
    static int jsonLength(int lineLength) {
        return lineLength - TAIL + 1;
    }

    /** Only what tells whether the row is wanted. */
    static PointKey key(byte[] row, int length) throws IOException {
        String id = null;
        String basis = null;
        try (JsonParser parser = JSON.createParser(row, 0, length)) {
            parser.nextToken();
            while ((id == null || basis == null) && parser.nextToken() != null) {
                String text = parser.nextTextValue();
                if (parser.currentName().equals("id")) {
                    id = text;
                } else if (parser.currentName().equals("basis")) {
                    basis = text;
                }
            }
        }
        if (id == null || basis == null) {
            throw new IOException("no row");
        }
        return new PointKey(id, basis);
    }

    private static byte[] tail(byte[] json, int from, int body) {
        CRC32 sum = new CRC32();
        sum.update(json, from, body);
        byte[] tail = Arrays.copyOf(CHECKSUM, TAIL);
        for (int i = 0; i < DIGITS; i++) {
            tail[CHECKSUM.length + i] =
                    (byte) Character.forDigit((int) (sum.getValue() >>> 4 * (DIGITS - 1 - i)) & 0xf, 16);
        }
        System.arraycopy(END.getBytes(StandardCharsets.US_ASCII), 0, tail, CHECKSUM.length + DIGITS, END.length());
        return tail;
    }

    /**
     * Reads all whole lines.
     *
     * @return the position behind the last one; what follows was cut short
     */
    static long read(InputStream file, Lines lines) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int length = 0; // of what is in the buffer, which begins with a line
        long start = 0; // of the line
        boolean tooLong = false;
        while (true) {
            if (length == buffer.length) {
                if (length > Bounds.STORE_ROW_BYTES) {
                    // the rest of the line is read over
                    tooLong = true;
                    start += length;
                    length = 0;
                } else {
                    buffer = Arrays.copyOf(buffer, 2 * length);
                }
            }
            int got = file.read(buffer, length, buffer.length - length);
            if (got < 0) {
                return start;
            }
            int from = 0;
            for (int i = length; i < length + got; i++) {
                if (buffer[i] == '\n') {
                    int end = i + 1;
                    boolean sound = !tooLong && sound(buffer, from, end - from);
                    lines.line(
                            start,
                            sound ? Arrays.copyOfRange(buffer, from, end) : null,
                            sound ? jsonLength(end - from) : 0);
                    start += end - from;
                    from = end;
                    tooLong = false;
                }
            }
            length += got - from;
            System.arraycopy(buffer, from, buffer, 0, length);
        }
    }

    private static boolean sound(byte[] bytes, int from, int length) {
        int body = length - TAIL;
        return body > 0 && Arrays.equals(tail(bytes, from, body), 0, TAIL, bytes, from + body, from + length);
    }
}
