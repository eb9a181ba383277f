package dev.isos.api.accelerator;

/**
 * A named pairing of a dataflow, a hardware configuration and a mapping policy; contributed by plug-ins.
 *
 * @param hardware id of a hardware model's default configuration
 * @param mapping id of the default mapping policy; the user may choose another
 */
public record Accelerator(String id, String description, String dataflow, String hardware, String mapping) {}
