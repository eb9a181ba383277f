package dev.isos.cli.input;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult.Prediction;
import dev.isos.core.bound.Bounds;
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
    public Labels {
        names = List.copyOf(names);
    }

    /**
     * Reads a file of names.
     *
     * @throws IsosException when the file is no such text
     */
    public static Labels read(Path file, int offset) {
        String text = Bounds.text("--labels " + file, file, Bounds.LABELS_BYTES);
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
