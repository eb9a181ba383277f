package dev.isos.report.text;

import dev.isos.report.console.Console;

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
}
