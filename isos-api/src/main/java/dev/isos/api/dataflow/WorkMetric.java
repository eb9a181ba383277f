package dev.isos.api.dataflow;

/**
 * An exact count that a dataflow gives for each work item.
 *
 * @param id name by which a hardware model asks for it
 * @param unit unit of the count, for example {@code products} or {@code bytes}
 * @param description what is counted, for reports
 * @param width number of values per item: 1, or one per unit that works on the item in parallel
 */
public record WorkMetric(String id, String unit, String description, int width) {
    /**
     * Multiplications that an item performs. Every dataflow counts them: of a dataflow that skips zeros they are the
     * effectual MACs, of a dense one all MACs.
     */
    public static final WorkMetric PRODUCTS = new WorkMetric("products", "macs", "multiply-accumulates performed", 1);
}
