package dev.isos.core.loopnest;

import dev.isos.core.loopnest.StepSchedule.Lifetime;

/**
 * Positions of a tensor that are on chip in each step (row step, column step), rows outer: position (h, w) from step
 * (first of h, first of w) to step (last of h, last of w), both included. Where several layers read it, the last step of a
 * row or column is that of its last reader.
 */
final class LiveElements {
    private final Lifetime rows;
    private final Lifetime columns;

    LiveElements(Lifetime rows, Lifetime columns) {
        this.rows = rows;
        this.columns = columns;
    }

    long at(int rowStep, int columnStep) {
        long between = 0;
        long ending = 0;
        long beginning = 0;
        long passing = 0;
        for (int h = 0; h < rows.first().length; h++) {
            int first = rows.first()[h];
            int last = rows.last()[h];
            if (first >= 0 && first <= rowStep && rowStep <= last) {
                if (first == last) {
                    passing++;
                } else if (last == rowStep) {
                    ending++;
                } else if (first == rowStep) {
                    beginning++;
                } else {
                    between++;
                }
            }
        }
        long all = 0;
        long notEnded = 0;
        long begun = 0;
        long both = 0;
        for (int w = 0; w < columns.first().length; w++) {
            if (columns.first()[w] >= 0) {
                boolean before = columns.first()[w] <= columnStep;
                boolean after = columns.last()[w] >= columnStep;
                all++;
                begun += before ? 1 : 0;
                notEnded += after ? 1 : 0;
                both += before && after ? 1 : 0;
            }
        }
        return between * all + ending * notEnded + beginning * begun + passing * both;
    }
}
