package dev.isos.cli.input;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult.Prediction;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Names of classes: a UTF-8 text file with one name a line.
 *
 * @param file where the names come from, for messages
 * @param names one per line
 * @param offset added to the index of a class to get the index of its line, counted from 0
 */
public record Labels(Path file, List<String> names, int offset) {
    private static final int MOST_BYTES = 16 << 20;

    public Labels {
        names = List.copyOf(names);
    }

    /**
     * Reads a file of names.
     *
     * @throws IsosException when the file is no such text
     */
    public static Labels read(Path file, int offset) {
        if (Files.isDirectory(file)) {
            throw IsosException.badInput(
                    "--labels " + file + " is a folder, expected a text file with one name a line");
        }
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            // Not readAllBytes: the file may be a device that never ends.
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw IsosException.badInput("--labels " + file + " has more than 16 MiB, expected one name a line");
            }
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw IsosException.badInput("--labels " + file + " is not UTF-8 text, expected one name a line");
        } catch (java.nio.file.NoSuchFileException e) {
            throw IsosException.badInput("--labels " + file + " does not exist");
        } catch (IOException e) {
            throw IsosException.badInput("--labels " + file + " cannot be read: " + IoReason.of(e));
        }
        List<String> names = text.lines()
                .map(line -> line.startsWith("\uFEFF") ? line.substring(1) : line)
                .map(String::strip)
                .toList();
        if (names.stream().allMatch(String::isEmpty)) {
            throw IsosException.badInput("--labels " + file + " is empty, expected one name a line");
        }
        return new Labels(file, names, offset);
    }

    /**
     * Makes sure that every class has a name.
     *
     * @throws IsosException naming the first class that has none
     */
    public void requireNamesOf(int classes, String network) {
        int first = offset < 0 ? 0 : classes - 1;
        long line = (long) first + offset;
        if (line < 0 || line >= names.size()) {
            throw IsosException.badInput(
                    "class " + first + " of " + network + " is line " + (line + 1) + " of --labels " + file
                            + " with --label-offset " + offset + ", but the file has lines 1 to " + names.size() + "");
        }
    }

    /** The same predictions with their names. */
    public List<Prediction> name(List<Prediction> predictions) {
        return predictions.stream()
                .map(p -> new Prediction(p.index(), names.get(p.index() + offset), p.score()))
                .toList();
    }
}
