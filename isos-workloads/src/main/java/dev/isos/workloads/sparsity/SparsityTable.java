package dev.isos.workloads.sparsity;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weight sparsity per layer at one or several overall sparsities. Percentages are exact decimals, so that counts of
 * non-zeros are the same on every machine.
 */
public final class SparsityTable {
    private final List<String> budgets;
    private final Map<String, Row> rows;

    /**
     * One layer of the table.
     *
     * @param parameters number of weights
     * @param macs multiply-accumulates of the dense layer
     * @param sparsityPercent share of zero weights in percent, one per budget
     */
    public record Row(String layer, int parameters, long macs, List<BigDecimal> sparsityPercent) {}

    private SparsityTable(List<String> budgets, Map<String, Row> rows) {
        this.budgets = budgets;
        this.rows = rows;
    }

    /** ResNet-50 by STR (Kusupati et al., ICML 2020); budgets {@code 81.27 .. 98.98}. */
    public static SparsityTable strResNet50() {
        return read("str_resnet50.csv");
    }

    /** A table beside this class; the table itself states its sources. */
    public static SparsityTable read(String resource) {
        return parse(CsvResource.read(SparsityTable.class, resource));
    }

    private static SparsityTable parse(List<List<String>> lines) {
        List<String> header = lines.get(0);
        Map<String, Row> rows = new LinkedHashMap<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            List<BigDecimal> sparsity = new ArrayList<>();
            for (String percent : line.subList(3, line.size())) {
                sparsity.add(new BigDecimal(percent));
            }
            rows.put(
                    line.get(0),
                    new Row(
                            line.get(0),
                            Integer.parseInt(line.get(1)),
                            Long.parseLong(line.get(2)),
                            List.copyOf(sparsity)));
        }
        return new SparsityTable(List.copyOf(header.subList(3, header.size())), rows);
    }

    /** Names of the table's columns: overall sparsities in percent. */
    public List<String> budgets() {
        return budgets;
    }

    /** All layers in the network's order. */
    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    /** Exact number of non-zero weights of a layer at a budget: its parameters less the rounded number of zeros. */
    public int nonZeros(String layer, String budget) {
        Row row = rows.get(layer);
        int column = budgets.indexOf(budget);
        if (row == null || column < 0) {
            throw new IllegalArgumentException("no sparsity of layer " + layer + " at budget " + budget);
        }
        BigDecimal zeros = BigDecimal.valueOf(row.parameters())
                .multiply(row.sparsityPercent().get(column))
                .movePointLeft(2)
                .setScale(0, RoundingMode.HALF_UP);
        return row.parameters() - zeros.intValueExact();
    }
}
