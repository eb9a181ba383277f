package dev.isos.workloads.csv;

import dev.isos.api.error.IsosException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A row of a comma-separated table (RFC 4180): a cell with commas in it stands in double quotes, and a quote in such a cell
 * is written twice. Empty lines and lines that start with {@code #} are no rows; spaces around a cell aren't part of it.
 *
 * @param line number of its last line in the text, from 1
 */
public record CsvRow(int line, List<String> cells) {
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setCommentMarker('#')
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .setTrim(true)
            .get();

    public CsvRow {
        cells = List.copyOf(cells);
    }

    /**
     * The rows of a text.
     *
     * @param place the file, as errors name it
     * @throws IsosException naming the line where a quoted cell isn't closed, or goes on after its closing quote
     */
    public static List<CsvRow> rows(String place, String text) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        List<CsvRow> rows = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(new StringReader(content), FORMAT)) {
            Iterator<CSVRecord> records = parser.iterator();
            while (next(place, parser, records)) {
                List<String> cells = records.next().toList();
                if (cells.size() > 1 || !cells.get(0).isEmpty()) {
                    rows.add(new CsvRow((int) parser.getCurrentLineNumber(), cells));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of a text in memory
        }
        return rows;
    }

    private static boolean next(String place, CSVParser parser, Iterator<CSVRecord> records) {
        long start = parser.getCurrentLineNumber() + 1;
        try {
            return records.hasNext();
        } catch (UncheckedIOException e) {
            throw IsosException.badInput(place + ", line " + start
                    + " or below: expected a comma or the end of the line after the closing quote of a cell");
        }
    }
}
