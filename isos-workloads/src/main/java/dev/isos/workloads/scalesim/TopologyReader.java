package dev.isos.workloads.scalesim;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the two forms of a topology: convolutions ({@code Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter
 * Width, Channels, Num Filter, Strides,}, also with a second stride, also with a sparsity such as {@code 2:4}, which is not
 * applied) and matrix products ({@code Layer, M, N, K,}). A comma at the end of a line, blank lines and lines that start
 * with {@code #} mean nothing.
 */
final class TopologyReader {
    static final int MAX_BYTES = 4 << 20;

    private static final int PRODUCT_CELLS = 4;
    private static final int CONVOLUTION_CELLS = 8;
    private static final int MAX_NAME = 200;

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
        reader.parse(text(file));
        return new Topology(List.copyOf(reader.rows), reader.sparsitySeen);
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw IsosException.badInput("topology " + file + " is larger than " + (MAX_BYTES >> 20)
                        + " MiB, expected a list of layers");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IsosException(ErrorCode.BAD_INPUT, "topology " + file + " cannot be read: " + IoReason.of(e), e);
        }
    }

    private void parse(String text) {
        String[] lines = text.split("\\R", -1);
        boolean header = true;
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (i == 0 && line.startsWith("\uFEFF")) {
                line = line.substring(1).strip();
            }
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            List<String> cells = cells(line);
            if (header) {
                header = false;
                if (cells.size() > 1 && !cells.get(1).matches("[+-]?\\d+")) {
                    continue;
                }
            }
            try {
                rows.add(row(i + 1, cells));
            } catch (IllegalArgumentException e) {
                throw new IsosException(
                        ErrorCode.BAD_INPUT, "topology " + file + ", line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (rows.isEmpty()) {
            throw IsosException.badInput("topology " + file + " has no layers");
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split(",", -1)) {
            cells.add(cell.strip());
        }
        while (cells.size() > 1 && cells.get(cells.size() - 1).isEmpty()) {
            cells.remove(cells.size() - 1);
        }
        return cells;
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
        String cell = cells.get(column);
        if (cell.matches("\\d{1,9}") && Integer.parseInt(cell) > 0) {
            return Integer.parseInt(cell);
        }
        String shown = cell.length() > 40 ? cell.substring(0, 40) + "..." : cell;
        throw new IllegalArgumentException("column " + (column + 1) + " (" + what + ") is '"
                + shown.replaceAll("\\p{Cntrl}", "?") + "', expected a positive whole number");
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
