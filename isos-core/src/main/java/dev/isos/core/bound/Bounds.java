package dev.isos.core.bound;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bounds of everything that is read: of files, and of what a file may ask for. All of them are ours: far beyond use, and
 * small enough that whatever exceeds one is refused within seconds and with a heap of 2 GiB.
 */
public final class Bounds {
    /** Bytes of a hardware, plan or sweep file. */
    public static final int SETTINGS_BYTES = 1 << 20;

    /** Bytes of a description of a network. */
    public static final int DESCRIPTION_BYTES = 2 << 20;

    /** Bytes of a SCALE-Sim topology, and of a budget of pruning. */
    public static final int TABLE_BYTES = 4 << 20;

    /** Bytes of the names of classes. */
    public static final int LABELS_BYTES = 16 << 20;

    /** Bytes of a photo. */
    public static final int IMAGE_BYTES = 64 << 20;

    /** Pixels of a photo: what its header claims, before anything is allocated for it. */
    public static final long IMAGE_PIXELS = 40_000_000;

    /** Scans of a progressive JPEG times its pixels: each scan goes over the whole picture. */
    public static final long IMAGE_SCANNED_PIXELS = 400_000_000;

    /** Bytes of a row in the store of a sweep. */
    public static final int STORE_ROW_BYTES = 1 << 20;

    /** Results that are compared: some thousand runs. */
    public static final int RESULT_BYTES = 256 << 20;

    /** Entries of an archive with weights; only those that are asked for are unpacked. */
    public static final int ARCHIVE_ENTRIES = 10_000;

    /** Characters of a word that a message shows whole: long enough for any path. */
    private static final int SHOWN_CHARACTERS = 300;

    private static final int SHOWN_AT_LEAST = 40;

    /** Levels of a text in YAML or JSON. */
    public static final int LEVELS = 16;

    /**
     * Work of one layer, in products with non-zero weights: about eight seconds. An input that an output position
     * of a convolution reads counts as {@value #PRODUCTS_OF_OPERAND} products, an element that goes in or out as
     * {@value #PRODUCTS_OF_ELEMENT}, a position of a map as {@value #PRODUCTS_OF_POSITION}: so much longer they take in the slowest
     * simulation of them, as measured.
     */
    public static final long LAYER_WORK = 1L << 33;

    /** Work of all layers. */
    public static final long NETWORK_WORK = 1L << 36;

    /** Elements of all tensors. */
    public static final long NETWORK_ELEMENTS = 1L << 27;

    static final int PRODUCTS_OF_OPERAND = 80;
    static final int PRODUCTS_OF_ELEMENT = 256;
    static final int PRODUCTS_OF_POSITION = 12_288;

    /** Names the system property by which the bounds on work are multiplied. */
    public static final String FACTOR = "isos.bounds";

    static final double LARGEST_FACTOR = 1e6;

    private Bounds() {}

    /**
     * The bytes of a regular file: devices, pipes and folders are refused before they are opened, since a pipe may never give
     * anything and a device never end.
     *
     * @param name what messages call the file
     * @throws IsosException naming the file and what is wrong with it
     */
    public static byte[] bytes(String name, Path file, int most) {
        if (!Files.exists(file)) {
            throw IsosException.badInput(name + " does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw IsosException.badInput(name + " is a folder, pipe or device, expected a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            // files of /proc have no size
            byte[] bytes = size > most ? new byte[0] : in.readNBytes(most + 1);
            if (size > most || bytes.length > most) {
                throw IsosException.badInput(
                        name + " has " + Math.max(size, bytes.length) + " bytes, at most " + most + " are read");
            }
            return bytes;
        } catch (IOException e) {
            throw new IsosException(ErrorCode.BAD_INPUT, name + " cannot be read: " + IoReason.of(e), e);
        }
    }

    /** The text of a regular file in UTF-8. */
    public static String text(String name, Path file, int most) {
        byte[] bytes = bytes(name, file, most);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IsosException(ErrorCode.BAD_INPUT, name + " cannot be read as text in UTF-8", e);
        }
    }

    /** A message in which words of hundreds of characters, as they come from damaged files, are cut. */
    public static String shortened(String message) {
        StringBuilder text = new StringBuilder();
        int start = 0;
        for (int i = 0; i <= message.length(); i++) {
            if (i == message.length() || message.charAt(i) == ' ') {
                int length = i - start;
                text.append(message, start, length > SHOWN_CHARACTERS ? start + SHOWN_AT_LEAST : i);
                text.append(length > SHOWN_CHARACTERS ? "... (" + length + " characters)" : "");
                text.append(i < message.length() ? " " : "");
                start = i + 1;
            }
        }
        return text.toString();
    }
}
