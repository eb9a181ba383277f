package dev.isos.workloads.sparsity;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Published weight sparsity per layer at several overall sparsities. Percentages have two decimals and are kept as exact
 * hundredths, so that counts of non-zeros are integer arithmetic.
 */
public final class SparsityTable {
    private static final int HUNDREDTHS = 10_000;

    private final List<String> budgets;
    private final Map<String, Row> rows;

    /**
     * One layer of the table.
     *
     * @param parameters number of weights
     * @param macs multiply-accumulates of the dense layer
     * @param sparsityHundredths sparsity in hundredths of a percent, one per budget
     */
    public record Row(String layer, int parameters, long macs, List<Integer> sparsityHundredths) {}

    private SparsityTable(List<String> budgets, Map<String, Row> rows) {
        this.budgets = budgets;
        this.rows = rows;
    }

    /** ResNet-50 by STR (Kusupati et al., ICML 2020); budgets {@code 81.27 .. 98.98}. */
    public static SparsityTable strResNet50() {
        return parse(CsvResource.read(SparsityTable.class, "str_resnet50.csv"));
    }

    private static SparsityTable parse(List<List<String>> lines) {
        List<String> header = lines.get(0);
        Map<String, Row> rows = new LinkedHashMap<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            List<Integer> sparsity = new ArrayList<>();
            for (String percent : line.subList(3, line.size())) {
                sparsity.add(new BigDecimal(percent).movePointRight(2).intValueExact());
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

    /** Overall sparsities in percent, as published. */
    public List<String> budgets() {
        return budgets;
    }

    /** All layers in the network's order. */
    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    /** Exact number of non-zero weights of a layer at a budget. */
    public int nonZeros(String layer, String budget) {
        Row row = rows.get(layer);
        int column = budgets.indexOf(budget);
        if (row == null || column < 0) {
            throw new IllegalArgumentException("no sparsity of layer " + layer + " at budget " + budget);
        }
        long zeros = ((long) row.parameters() * row.sparsityHundredths().get(column) + HUNDREDTHS / 2) / HUNDREDTHS;
        return (int) (row.parameters() - zeros);
    }
}
