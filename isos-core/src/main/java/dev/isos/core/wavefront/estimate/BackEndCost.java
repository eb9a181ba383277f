package dev.isos.core.wavefront.estimate;

/** How long a machine's back end is at work on an item. */
@FunctionalInterface
public interface BackEndCost {
    /**
     * @param merges non-zero partial results or operands
     * @param places of partial results, zero or not, if partial results have places; else 0
     * @param outputs elements that the item makes
     * @return cycles
     */
    int cycles(int merges, int places, int outputs);
}
