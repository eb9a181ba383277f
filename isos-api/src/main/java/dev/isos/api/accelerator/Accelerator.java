package dev.isos.api.accelerator;

/**
 * A named pairing of a dataflow, a hardware configuration and a mapping policy; contributed by plug-ins.
 *
 * @param id what {@code --accelerator} names it by; unique among accelerators
 * @param description one sentence for lists
 * @param dataflow id of a dataflow, which need not come from the same plug-in
 * @param hardware id of a hardware model's default configuration
 * @param mapping id of the default mapping policy; the user may choose another
 */
public record Accelerator(String id, String description, String dataflow, String hardware, String mapping) {}
