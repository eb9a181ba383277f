package dev.isos.report.figure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** What the JDK's writer of PNG files leaves out. */
final class Png {
    /** Signature and header, after which the density may stand. */
    private static final int HEADER_BYTES = 8 + 25;

    private static final int DENSITY_BYTES = 9;
    private static final int AROUND_BYTES = 12;
    private static final double INCHES_PER_METRE = 39.3701;

    private Png() {}

    /** The file with its physical size: a chunk pHYs. */
    static byte[] withDensity(byte[] png, int dotsPerInch) {
        int perMetre = (int) Math.round(dotsPerInch * INCHES_PER_METRE);
        ByteBuffer body = ByteBuffer.allocate(4 + DENSITY_BYTES)
                .put("pHYs".getBytes(StandardCharsets.US_ASCII))
                .putInt(perMetre)
                .putInt(perMetre)
                .put((byte) 1);
        CRC32 check = new CRC32();
        check.update(body.array());
        return ByteBuffer.allocate(png.length + AROUND_BYTES + DENSITY_BYTES)
                .put(png, 0, HEADER_BYTES)
                .putInt(DENSITY_BYTES)
                .put(body.array())
                .putInt((int) check.getValue())
                .put(png, HEADER_BYTES, png.length - HEADER_BYTES)
                .array();
    }
}
