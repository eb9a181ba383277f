package dev.isos.api.dataflow;

/** How a dataflow wants a map laid out whose positions have no neighbours, as the rows of a matrix product, or neighbours along one axis only. */
public enum MapLayout {
    /**
     * As square as the number of positions allows, the longer side down the rows; one axis down the rows. For machines that
     * spread both ranks, or rows, over their units.
     */
    SQUARE,
    /** One row. For machines that buffer whole columns. */
    ROW
}
