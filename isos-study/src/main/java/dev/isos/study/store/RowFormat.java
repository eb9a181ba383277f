package dev.isos.study.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.core.bound.Bounds;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
        System.arraycopy(tail(json, body), 0, line, body, TAIL);
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

    private static byte[] tail(byte[] json, int body) {
        CRC32 sum = new CRC32();
        sum.update(json, 0, body);
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
        InputStream in = new BufferedInputStream(file, BUFFER_BYTES);
        byte[] line = new byte[BUFFER_BYTES];
        int length = 0;
        long start = 0;
        boolean tooLong = false;
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (length == line.length) {
                tooLong = length >= Bounds.STORE_ROW_BYTES;
                line = tooLong ? line : Arrays.copyOf(line, 2 * length);
            }
            if (tooLong) {
                start++;
            } else {
                line[length++] = (byte) b;
            }
            if (b == '\n') {
                boolean sound = !tooLong && sound(line, length);
                lines.line(start, sound ? line : null, sound ? jsonLength(length) : 0);
                start += length;
                length = 0;
                tooLong = false;
            }
        }
        return start;
    }

    private static boolean sound(byte[] line, int length) {
        int body = length - TAIL;
        return body > 0 && Arrays.equals(tail(line, body), 0, TAIL, line, body, length);
    }
}
