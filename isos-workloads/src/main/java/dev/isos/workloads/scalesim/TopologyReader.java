package dev.isos.workloads.scalesim;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.unit.Quantity;
import dev.isos.core.bound.Bounds;
import dev.isos.workloads.csv.CsvRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the two forms of a topology: convolutions ({@code Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter
 * Width, Channels, Num Filter, Strides,}, also with a second stride, also with a sparsity such as {@code 2:4}, which is not
 * applied) and matrix products ({@code Layer, M, N, K,}). A comma at the end of a line means nothing; {@link CsvRow} says
 * the rest.
 */
final class TopologyReader {
    private static final int PRODUCT_CELLS = 4;
    private static final int CONVOLUTION_CELLS = 8;
    private static final int MAX_NAME = 200;
    private static final int MOST = 999_999_999;
    /** A cell that is meant as a number, right or wrong; a header has none. */
    private static final String LIKE_A_NUMBER = "[-+.]?\\p{Nd}.*";

    private final Path file;
    private final List<TopologyRow> rows = new ArrayList<>();
    private boolean sparsitySeen;

    private TopologyReader(Path file) {
        this.file = file;
    }

    /** @param sparsityIgnored whether some layer states a sparsity */
    record Topology(List<TopologyRow> rows, boolean sparsityIgnored) {}

    static Topology read(Path file) {
        TopologyReader reader = new TopologyReader(file);
        reader.parse(Bounds.text("topology " + file, file, Bounds.TABLE_BYTES));
        return new Topology(List.copyOf(reader.rows), reader.sparsitySeen);
    }

    private void parse(String text) {
        boolean header = true;
        for (CsvRow read : CsvRow.rows("topology " + file, text)) {
            List<String> cells = withoutEmptyEnd(read.cells());
            if (header) {
                header = false;
                if (cells.size() > 1 && !cells.get(1).matches(LIKE_A_NUMBER)) {
                    continue;
                }
            }
            try {
                rows.add(row(read.line(), cells));
            } catch (IllegalArgumentException e) {
                throw new IsosException(
                        ErrorCode.BAD_INPUT, "topology " + file + ", line " + read.line() + ": " + e.getMessage(), e);
            }
        }
        if (rows.isEmpty()) {
            throw IsosException.badInput("topology " + file + " has no layers");
        }
    }

    private static List<String> withoutEmptyEnd(List<String> cells) {
        int end = cells.size();
        while (end > 1 && cells.get(end - 1).isEmpty()) {
            end--;
        }
        return cells.subList(0, end);
    }

    private TopologyRow row(int line, List<String> cells) {
        List<String> c = new ArrayList<>(cells);
        if (c.get(c.size() - 1).matches("\\d{1,4}:\\d{1,4}")) {
            sparsitySeen = true;
            c.remove(c.size() - 1);
        }
        String name = c.isEmpty() ? "" : c.get(0);
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "expected a name of 1 to " + MAX_NAME + " characters in the first column");
        }
        if (c.size() == PRODUCT_CELLS) {
            return TopologyRow.product(line, name, number(c, 1, "M"), number(c, 2, "N"), number(c, 3, "K"));
        }
        if (c.size() != CONVOLUTION_CELLS && c.size() != CONVOLUTION_CELLS + 1) {
            throw new IllegalArgumentException("has " + c.size() + " columns, expected " + CONVOLUTION_CELLS + " or "
                    + (CONVOLUTION_CELLS + 1) + " (name, input height and width, filter height and width, channels,"
                    + " filters, stride or two strides) or " + PRODUCT_CELLS + " (name, M, N, K)");
        }
        int stride = number(c, 7, "stride");
        return TopologyRow.convolution(
                line,
                name,
                number(c, 1, "input height"),
                number(c, 2, "input width"),
                number(c, 3, "filter height"),
                number(c, 4, "filter width"),
                number(c, 5, "channels"),
                number(c, 6, "filters"),
                stride,
                c.size() > CONVOLUTION_CELLS ? number(c, 8, "column stride") : stride);
    }

    private static int number(List<String> cells, int column, String what) {
        try {
            return (int) Quantity.whole(cells.get(column), 1, MOST);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("column " + (column + 1) + " (" + what + "): " + e.getMessage(), e);
        }
    }

    /** Why a file is no topology, as half a sentence, judged by its name and its first line. */
    static String declines(Path file) {
        Path name = file.getFileName();
        if (name == null || !name.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            return "it is not named .csv";
        }
        return null;
    }
}
