package dev.isos.report.text;

import dev.isos.report.console.Console;
import dev.isos.report.output.OutputDirectory;

/** A result that can be written in every format; all show the same numbers. */
public interface Printable {
    /** What becomes the JSON document: a record or a map in a fixed order. */
    Object json();

    /** RFC 4180 text. */
    String csv();

    /** Text for a terminal of {@link Console#columns()} columns. */
    String table(Console console);

    /** The report in one of the formats, ending in a line feed. */
    default String in(Format format, Console console) {
        return switch (format) {
            case TABLE -> table(console);
            case JSON -> Json.write(json());
            case CSV -> csv();
        };
    }

    /** Writes the JSON document, the CSV and a page of them: {@link OutputDirectory#RESULTS}. */
    default void write(OutputDirectory directory, String page) {
        directory.write("results.json", Json.write(json()));
        directory.write("results.csv", csv());
        directory.write("report.html", page);
    }
}
