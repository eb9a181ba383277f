package dev.isos.core.file;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/**
 * Why a file could not be read or written, in words: the messages of Java's own exceptions are a bare path, a text of the
 * operating system or a text for programmers.
 */
public final class IoReason {
    private static final String TOO_MANY_LINKS = "too many symbolic links lead to it";
    private static final String IN_THE_WAY = "a file is in the way";

    /** Texts of the operating system (strerror of POSIX systems), in lower case, and what they mean to a user. */
    private static final List<Map.Entry<String, String>> SYSTEM = List.of(
            Map.entry("no space left on device", "the disk is full"),
            Map.entry("disk quota exceeded", "the disk quota is used up"),
            Map.entry("file too large", "it would be larger than files may be"),
            Map.entry("read-only file system", "the file system is read-only"),
            Map.entry("permission denied", "permission denied"),
            Map.entry("operation not permitted", "permission denied"),
            Map.entry("no such file or directory", "no such file or folder"),
            Map.entry("is a directory", "it is a folder"),
            Map.entry("not a directory", IN_THE_WAY),
            Map.entry("file exists", IN_THE_WAY),
            Map.entry("file name too long", "its name is too long"),
            Map.entry("too many levels of symbolic links", TOO_MANY_LINKS),
            Map.entry("too many links", "its folder can hold no more entries"),
            Map.entry("too many open files", "too many files are open"),
            Map.entry("text file busy", "it is being executed"),
            Map.entry("invalid cross-device link", "it would have to move to another disk"),
            Map.entry("no such device or address", "nobody reads it"),
            Map.entry("stale file handle", "the file server does not know it any more"),
            Map.entry("input/output error", "the disk reports an error"),
            Map.entry("broken pipe", "its reader has gone"));

    /** A name of a class, which says nothing to a user. */
    private static final Pattern CLASS_NAME =
            Pattern.compile("\\b[a-z][\\w$]*(\\.[a-z][\\w$]*)+\\.[A-Z]\\w*|\\b\\w+(Exception|Error)\\b");

    /** Where Jackson and SnakeYAML show their own objects, up to what follows. */
    private static final Pattern LIBRARY = Pattern.compile(
            "(, from|,? ?see)? ?`[^`]*`|, got this instead.*|<org\\..*|\\(though at least one.*| at \\[Source:.*"
                    + "|, problematic token: .*");

    private static final int LONGEST_REASON = 120;
    private static final String UNKNOWN = "it cannot be read or written";

    private IoReason() {}

    /** The reason as half a sentence without the path, such as "the disk is full". */
    public static String of(IOException e) {
        if (e instanceof Lock.TakenException) {
            return "another process of Isos, or this one, is writing it";
        }
        if (e instanceof FileSystemException file) {
            return ofFileSystem(file);
        }
        if (e instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        if (e instanceof EOFException) {
            return "it ends too early";
        }
        if (e instanceof ZipException) {
            return "it is damaged";
        }
        if (e instanceof FileNotFoundException && e.getMessage() != null) {
            // "path (reason)"
            int open = e.getMessage().lastIndexOf('(');
            return system(e.getMessage().substring(open + 1).replaceAll("\\)$", ""));
        }
        return system(e.getMessage());
    }

    /** What a parser says of a text that it cannot read: its first line, in bounds, without classes of the parser. */
    public static String ofParser(Exception e) {
        String line = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
        line = LIBRARY.matcher(line).replaceAll("");
        line = CLASS_NAME
                .matcher(line)
                .replaceAll("")
                .replaceAll("\\p{Cntrl}", "?")
                .strip();
        if (line.isEmpty() || line.equals("null")) {
            return "unreadable";
        }
        return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "..." : line;
    }

    private static String ofFileSystem(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
            return IN_THE_WAY;
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "a folder with files is in the way";
        }
        if (e instanceof FileSystemLoopException) {
            return TOO_MANY_LINKS;
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return "it would have to move to another disk";
        }
        // The message of the class is the path, which the sentence has already.
        return system(e.getReason());
    }

    private static String system(String message) {
        if (message == null || message.isBlank()) {
            return UNKNOWN;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, String> known : SYSTEM) {
            if (lower.contains(known.getKey())) {
                return known.getValue();
            }
        }
        String first = message.strip().lines().findFirst().orElse("");
        return CLASS_NAME.matcher(first).find() ? UNKNOWN : first;
    }
}
