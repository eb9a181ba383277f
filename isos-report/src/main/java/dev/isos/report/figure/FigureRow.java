package dev.isos.report.figure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A row of a figure's table.
 *
 * @param cells a String, Long or Double each, or null for nothing
 * @param runs positions, in the report's list of runs, of the runs that the numbers come from
 */
public record FigureRow(List<Object> cells, List<Integer> runs) {
    public FigureRow {
        cells = Collections.unmodifiableList(new ArrayList<>(cells));
        runs = List.copyOf(runs);
    }
}
