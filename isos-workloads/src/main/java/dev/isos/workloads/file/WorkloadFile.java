package dev.isos.workloads.file;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Workload;
import dev.isos.core.file.IoReason;
import dev.isos.core.file.Unfinished;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * Workload files, by convention with the extension {@code .isos}: a network, its numbers and one input.
 *
 * <p><b>Format, version 3.</b> All numbers are little-endian.
 *
 * <pre>
 *   8 bytes   magic, "ISOSWKLD" in ASCII
 *   int32     version of the format
 *   string    key under which a cache filed the workload; else empty
 *   string    id of the workload
 *   string    network of the workload
 *   string    source of the numbers
 *   int64     seed
 *   float32   scale of the input
 *   int32[3]  channels C, height H and width W of the input
 *   int8      1 when the input is int8, 0 when it is uint8
 *   int8      1 when the file has the reference, else 0
 *   int32     number n of further inputs
 *   for each further input:
 *     int32[3]    channels C, height H and width W
 *     int8        1 when it is int8, 0 when it is uint8
 *   string    name of the graph
 *   int32     number of layers
 *   for each layer in topological order:
 *     string      name
 *     int8        0 convolution, 1 max pooling, 2 average pooling, 3 element-wise addition, 4 concatenation,
 *                 5 local response normalisation, 6 channel selection, 7 position selection, 8 transposition,
 *                 9 matrix product, 10 channel scaling, 11 layer normalisation, 12 softmax
 *     int32       number n of inputs
 *     int32[n]    their layers; -1 is the network's input, -3, -4 and so on its further inputs
 *     int32       layer of the residual operand; -2 is none
 *     convolutions and poolings:
 *       int32[10]   window: rows, columns, stride rows, columns, pad top, left, bottom, right, dilation rows, columns
 *     convolutions:
 *       int32[3]    output channels K, groups, number N of non-zero weights
 *     poolings:
 *       int8        1 when an average counts padding, else 0
 *     local response normalisations:
 *       int32       channels of the window
 *       float32[3]  alpha, beta, k
 *     channel selections:
 *       int32       number n of channels
 *       int32[n]    input channel of each output channel
 *     position selections:
 *       int32[3]    rows and columns of the output, their product n
 *       int32[n]    input position of each output position; -1 is zero
 *     transpositions:
 *       int32[2]    rows and columns of the output
 *     matrix products:
 *       int32       groups
 *       int8        1 when the second operand is transposed, else 0
 *     layer normalisations:
 *       float32     epsilon
 *     softmaxes:
 *       int32       groups
 *       float32     scale
 *     int32[2]    smallest and largest output, before the lookup
 *     float32[3]  multiplier of the sum, multiplier of the residual operand, scale of the output
 *     int8        0 without lookup table, 1 with one to uint8, 2 with one to int8
 *     with lookup table:
 *       8-bit[256]  results for 0..127 and then, if values are int8, -128..-1, else 128..255
 *     with reference:
 *       int8[32]    SHA-256 of the output
 *       int64[2]    non-zero outputs, effectual multiply-accumulates
 *       int8        1 with a comparison with float, else 0
 *       with comparison:
 *         float64[2]  signal-to-quantisation-noise ratio in dB, density in float
 *   for each layer in order:
 *     int32[K]    bias, K being the layer's output channels
 *     float32[K]  multiplier
 *     convolutions:
 *       int32[C*R*S+1]  offsets of the filter fibers (c, r, s) into the next two arrays
 *       uint16[N]       output channel of each non-zero, ascending within a fiber
 *       int8[N]         its value, never 0
 *   8-bit[W*H*C]  the input, rank order [W, H, C], and then each further input
 *   int64         CRC-32 of all bytes before
 * </pre>
 *
 * A string is an int32 length in bytes and as many bytes of UTF-8.
 *
 * <p>Older versions are read too. Version 2 has no comparisons with float; version 1 moreover has neither further inputs nor
 * lookup tables nor their numbers, and operations up to 4.
 *
 * <p>Readers take nothing for granted: the checksum comes first, every array is allocated only after the file has been
 * found long enough for it, shapes are worked out anew, and fibers are checked element by element.
 */
public final class WorkloadFile {
    /** Extension of workload files. */
    public static final String EXTENSION = ".isos";

    static final byte[] MAGIC = {'I', 'S', 'O', 'S', 'W', 'K', 'L', 'D'};
    static final int VERSION = 3;

    private static final int OLDEST_VERSION = 1;

    private static final int LONGEST_REASON = 300;

    private static final int PREFIX_BYTES = MAGIC.length + Integer.BYTES;
    private static final int CHECKSUM_BYTES = Long.BYTES;

    private WorkloadFile() {}

    /** A workload with the key that it was filed under. */
    record Entry(Workload workload, String contentKey) {}

    /**
     * Writes a workload. The file appears complete or not at all.
     *
     * @throws IsosException when it cannot be written
     */
    public static void write(Path file, Workload workload) {
        try {
            write(file, workload, "");
        } catch (IOException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "workload file " + file + " cannot be written: " + IoReason.of(e), e);
        }
    }

    /** Writes a workload to a stream. */
    public static void write(OutputStream out, Workload workload) throws IOException {
        encode(out, workload, "");
    }

    private static void encode(OutputStream out, Workload workload, String contentKey) throws IOException {
        byte[] header = WorkloadEncoder.header(workload, contentKey);
        long length = PREFIX_BYTES + (long) header.length + WorkloadEncoder.bodyBytes(workload) + CHECKSUM_BYTES;
        if (length > Integer.MAX_VALUE - 8) {
            throw new IOException("the workload has " + length + " bytes, more than a workload file can hold");
        }
        ByteBuffer number = ByteBuffer.allocate(CHECKSUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        CheckedOutputStream checked = new CheckedOutputStream(out, new CRC32());
        checked.write(MAGIC);
        checked.write(number.putInt(0, VERSION).array(), 0, Integer.BYTES);
        checked.write(header);
        WorkloadEncoder.body(checked, workload);
        out.write(number.putLong(0, checked.getChecksum().getValue()).array());
    }

    static void write(Path file, Workload workload, String contentKey) throws IOException {
        Path absolute = file.toAbsolutePath();
        try (Unfinished unfinished = Unfinished.of(absolute.getParent(), String.valueOf(absolute.getFileName()))) {
            try (OutputStream out = Files.newOutputStream(unfinished.path())) {
                encode(out, workload, contentKey);
            }
            Unfinished.unlessEnding(() -> move(unfinished.path(), absolute));
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Reads a workload.
     *
     * @throws IsosException naming the file, the place in it and what was expected
     */
    public static Workload read(Path file) {
        return readEntry(file).workload();
    }

    static Entry readEntry(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "workload file " + file + " cannot be read: " + IoReason.of(e), e);
        } catch (OutOfMemoryError e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "workload file " + file + " is larger than the memory of this process", e);
        }
        return decode(file.toString(), bytes);
    }

    /** Decodes the bytes of a workload file; {@code name} is what an error message calls it. */
    static Entry decode(String name, byte[] bytes) {
        if (!startsWithMagic(bytes)) {
            throw IsosException.badInput("workload file " + name + " does not start with ISOSWKLD");
        }
        if (bytes.length < PREFIX_BYTES + CHECKSUM_BYTES) {
            throw IsosException.badInput("workload file " + name + " ends after " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        in.position(MAGIC.length);
        int version = in.getInt();
        if (version < OLDEST_VERSION || version > VERSION) {
            throw IsosException.badInput("workload file " + name + " has format version " + version + ", expected "
                    + OLDEST_VERSION + " to " + VERSION);
        }
        int end = bytes.length - CHECKSUM_BYTES;
        if (in.getLong(end) != checksum(bytes, end)) {
            throw IsosException.badInput(
                    "workload file " + name + " is damaged or incomplete: its checksum does not fit its content");
        }
        in.limit(end);
        try {
            return new WorkloadDecoder(name, in, version).decode();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "workload file " + name + " is not valid: " + readable(e.getMessage()), e);
        }
    }

    /** A message that may quote texts of a damaged file, on one line and of bounded length. */
    private static String readable(String message) {
        String line = message.replaceAll("[^\\p{Graph} ]+", "?");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }

    /** Why a file is not a workload file, as half a sentence; empty when it looks like one. */
    static Optional<String> declines(Path file) {
        try (var in = Files.newInputStream(file)) {
            return startsWithMagic(in.readNBytes(MAGIC.length))
                    ? Optional.empty()
                    : Optional.of("it does not start with ISOSWKLD");
        } catch (IOException | RuntimeException e) {
            return Optional.of("it cannot be read");
        }
    }

    private static boolean startsWithMagic(byte[] bytes) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (i >= bytes.length || bytes[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    static long checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
