package dev.isos.workloads.npz;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads arrays of int8, uint8 and little-endian float32 in C order from NumPy's {@code .npz} archives (NumPy Enhancement
 * Proposal 1, format versions 1 to 3). Only arrays that were asked for are read, none is longer than asked for, and memory
 * is taken as data arrives, whatever headers say.
 */
public final class NpzReader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER_BYTES = 65_536;
    private static final int MAX_RANK = 8;
    private static final String EXTENSION = ".npy";
    private static final Pattern DESCR = Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([^'\"]{0,20})['\"]");
    private static final Pattern ORDER = Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([0-9,\\sL]{0,200})\\)");

    private NpzReader() {}

    /**
     * Reads an archive.
     *
     * @param wanted largest number of elements of each array to read, by name
     * @return those arrays that are there
     * @throws IsosException naming the file, the array and what was expected
     */
    public static Map<String, NpyArray> read(Path file, Map<String, Integer> wanted) {
        Map<String, NpyArray> arrays = new HashMap<>();
        if (!Files.exists(file)) {
            throw IsosException.badInput("archive " + file + " does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw IsosException.badInput("archive " + file + " is a folder, pipe or device, expected a regular file");
        }
        // by its directory: what nobody asked for is not unpacked
        try (ZipFile zip = open(file)) {
            if (zip.size() > Bounds.ARCHIVE_ENTRIES) {
                throw new IllegalArgumentException(
                        "it has " + zip.size() + " arrays, at most " + Bounds.ARCHIVE_ENTRIES + " are read");
            }
            if (zip.size() == 0) {
                throw new IllegalArgumentException("it is no zip archive with arrays");
            }
            for (Map.Entry<String, Integer> one : wanted.entrySet()) {
                String name = one.getKey();
                ZipEntry entry = zip.getEntry(name + EXTENSION);
                entry = entry == null ? zip.getEntry(name) : entry;
                if (entry == null) {
                    continue;
                }
                try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
                    arrays.put(name, array(in, one.getValue()));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("array '" + name + "' " + e.getMessage(), e);
                }
            }
            return arrays;
        } catch (ZipException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT,
                    "archive " + file + " cannot be read as .npz: it is no zip archive with arrays",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT,
                    "archive " + file + " cannot be read as .npz: "
                            + (e instanceof IOException io ? IoReason.of(io) : e.getMessage()),
                    e);
        }
    }

    private static ZipFile open(Path file) throws IOException {
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new IllegalArgumentException("it is no zip archive with arrays", e);
        }
    }

    private static NpyArray array(InputStream in, int maxElements) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        for (int i = 0; i < MAGIC.length; i++) {
            if (start.length < MAGIC.length + 2 || start[i] != MAGIC[i]) {
                throw new IllegalArgumentException("does not start like a NumPy array");
            }
        }
        int version = start[MAGIC.length];
        if (version < 1 || version > 3) {
            throw new IllegalArgumentException("has format version " + version + ", expected 1 to 3");
        }
        byte[] lengthBytes = in.readNBytes(version == 1 ? 2 : 4);
        long length = 0;
        for (int i = lengthBytes.length - 1; i >= 0; i--) {
            length = length << 8 | lengthBytes[i] & 0xFF;
        }
        if (length > MAX_HEADER_BYTES) {
            throw new IllegalArgumentException("has a header of " + length + " bytes");
        }
        String header = new String(in.readNBytes((int) length), StandardCharsets.UTF_8);
        NpyArray.Type type = type(group(DESCR, header, "descr"));
        if (group(ORDER, header, "fortran_order").equals("True")) {
            throw new IllegalArgumentException("is in Fortran order, expected C order");
        }
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (String text : group(SHAPE, header, "shape").split(",")) {
            String dim = text.strip().replace("L", "");
            if (dim.isEmpty()) {
                continue;
            }
            if (dim.length() > 9 || shape.size() == MAX_RANK || !dim.matches("\\d+")) {
                throw new IllegalArgumentException("has a shape beyond any layer's");
            }
            shape.add(Integer.parseInt(dim));
            elements *= shape.get(shape.size() - 1);
            if (elements > maxElements) {
                throw new IllegalArgumentException("has more elements than the " + maxElements + " expected");
            }
        }
        int bytes = Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, elements * type.bytes()));
        byte[] raw = in.readNBytes(bytes);
        if (raw.length != elements * type.bytes() || in.read() >= 0) {
            throw new IllegalArgumentException("has not as many values as its shape " + shape + " says");
        }
        return new NpyArray(type, shape, raw);
    }

    private static NpyArray.Type type(String descr) {
        return switch (descr) {
            case "|i1", "<i1", ">i1", "i1" -> NpyArray.Type.INT8;
            case "|u1", "<u1", ">u1", "u1" -> NpyArray.Type.UINT8;
            case "<f4" -> NpyArray.Type.FLOAT32;
            default ->
                throw new IllegalArgumentException(
                        "has type '" + descr.replaceAll("\\p{Cntrl}", "?") + "', expected |i1, |u1 or <f4");
        };
    }

    private static String group(Pattern pattern, String header, String key) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new IllegalArgumentException("has no readable '" + key + "' in its header");
        }
        return matcher.group(1);
    }
}
