package dev.isos.study.store;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By what the outcome of a point is found again.
 *
 * @param id digest of what was asked for: the same for everybody who asks for the same in the same words
 * @param basis digest of what the answer depends on beside the words: the build of Isos and its plug-ins, the files that are named,
 *     the values of all hardware parameters. An outcome on another basis is out of date
 */
public record PointKey(String id, String basis) {
    private static final int DIGITS = 32;

    /** Size and time of a file; nothing of what is not one. */
    static String age(String path) {
        try {
            File file = Path.of(path).toFile();
            return file.isFile() ? file.length() + " " + file.lastModified() : "";
        } catch (InvalidPathException e) {
            return "";
        }
    }

    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
