package dev.isos.workloads.prune;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.unit.Quantity;
import dev.isos.core.bound.Bounds;
import dev.isos.workloads.csv.CsvRow;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sparsity per layer from a CSV file: a header line with a column {@code layer} and a column {@code sparsity} (share of
 * zero weights, 0..1), {@code density} (1 - sparsity) or {@code nonzeros} (a number of weights); further columns are
 * ignored.
 */
final class BudgetFile {
    private static final List<String> MEASURES = List.of("sparsity", "density", "nonzeros");

    private final Path file;
    private final String measure;
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private BudgetFile(Path file, String measure) {
        this.file = file;
        this.measure = measure;
    }

    static BudgetFile read(Path file) {
        BudgetFile budget = null;
        int layerColumn = -1;
        int valueColumn = -1;
        int columns = 0;
        for (CsvRow row : CsvRow.rows("budget file " + file, text(file))) {
            int number = row.line();
            List<String> cells = row.cells();
            if (budget == null) {
                List<String> header =
                        cells.stream().map(c -> c.toLowerCase(Locale.ROOT)).toList();
                layerColumn = header.indexOf("layer");
                String measure =
                        MEASURES.stream().filter(header::contains).findFirst().orElse("");
                valueColumn = header.indexOf(measure);
                if (layerColumn < 0 || valueColumn < 0) {
                    throw IsosException.badInput(file + ", line " + number
                            + ": expected a header with the columns layer and one of sparsity, density, nonzeros");
                }
                columns = cells.size();
                budget = new BudgetFile(file, measure);
                continue;
            }
            if (cells.size() <= Math.max(layerColumn, valueColumn)) {
                throw IsosException.badInput(
                        file + ", line " + number + ": has " + cells.size() + " cells, fewer than the header");
            }
            if (cells.size() > columns
                    && !cells.subList(columns, cells.size()).stream().allMatch(String::isEmpty)) {
                throw IsosException.badInput(file + ", line " + number + ": has " + cells.size()
                        + " cells, more than the header's " + columns + "; a number has no comma");
            }
            budget.add(cells.get(layerColumn), cells.get(valueColumn), number);
        }
        if (budget == null || budget.values.isEmpty()) {
            throw IsosException.badInput(file + ": the budget file names no layer");
        }
        return budget;
    }

    private void add(String layer, String text, int line) {
        double value;
        try {
            value = Quantity.REAL.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT,
                    file + ", line " + line + ": " + measure + " of layer " + layer + ": " + e.getMessage(),
                    e);
        }
        boolean count = measure.equals("nonzeros");
        boolean fits = count ? value >= 0 && value <= 1L << 40 && value == Math.rint(value) : value >= 0 && value <= 1;
        if (!fits) {
            throw IsosException.badInput(file + ", line " + line + ": " + measure + " of layer " + layer + " is '"
                    + text + "', expected " + (count ? "a number of weights" : "a number from 0 to 1"));
        }
        if (values.put(layer, value) != null) {
            throw IsosException.badInput(file + ", line " + line + ": layer " + layer + " is named twice");
        }
        lines.put(layer, line);
    }

    /** Weights that each layer keeps; all of them where the file does not name it. */
    long[] kept(List<PrunableLayer> layers) {
        long[] kept = new long[layers.size()];
        Map<String, Integer> unknown = new LinkedHashMap<>(lines);
        for (int i = 0; i < kept.length; i++) {
            PrunableLayer layer = layers.get(i);
            unknown.remove(layer.name());
            long total = layer.weights().length;
            Double value = values.get(layer.name());
            if (value == null) {
                kept[i] = total;
            } else if (measure.equals("nonzeros")) {
                kept[i] = value.longValue();
            } else {
                kept[i] = measure.equals("density") ? Math.round(value * total) : total - Math.round(value * total);
            }
            if (kept[i] > total) {
                throw IsosException.badInput(file + ", line " + lines.get(layer.name()) + ": layer " + layer.name()
                        + " has " + total + " weights, fewer than " + kept[i]);
            }
        }
        for (Map.Entry<String, Integer> entry : unknown.entrySet()) {
            List<String> names = layers.stream().map(PrunableLayer::name).toList();
            String some = String.join(", ", names.subList(0, Math.min(8, names.size())));
            throw IsosException.badInput(file + ", line " + entry.getValue() + ": the network has no layer '"
                    + entry.getKey() + "' with weights, expected one of " + some + (names.size() > 8 ? ", ..." : ""));
        }
        return kept;
    }

    static String text(Path file) {
        return Bounds.text("budget file " + file, file, Bounds.TABLE_BYTES);
    }
}
