package dev.isos.workloads.prune;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sparsity per layer from a CSV file: a header line with a column {@code layer} and a column {@code sparsity} (share of
 * zero weights, 0..1), {@code density} (1 - sparsity) or {@code nonzeros} (a number of weights); further columns are
 * ignored. Lines that are empty or start with # are skipped.
 */
final class BudgetFile {
    private static final long MAX_BYTES = 16L << 20;
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
        int number = 0;
        for (String line : text(file).split("\\R", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> cells =
                    Arrays.stream(line.split(",", -1)).map(String::strip).toList();
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
                budget = new BudgetFile(file, measure);
                continue;
            }
            if (cells.size() <= Math.max(layerColumn, valueColumn)) {
                throw IsosException.badInput(
                        file + ", line " + number + ": has " + cells.size() + " cells, fewer than the header");
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
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
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
        if (!Files.isRegularFile(file)) {
            throw IsosException.badInput("budget file " + file + " does not exist or is no file");
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw IsosException.badInput(
                        "budget file " + file + " has more than " + MAX_BYTES + " bytes, expected a table of layers");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "budget file " + file + " cannot be read: " + IoReason.of(e), e);
        }
    }
}
