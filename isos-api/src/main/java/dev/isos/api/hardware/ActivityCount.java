package dev.isos.api.hardware;

/**
 * How often a component did something.
 *
 * @param component name of a {@link Component}
 * @param action what it did, for example {@code read}, {@code write}, {@code multiply-accumulate}
 * @param count how often; for storages and links in bytes
 */
public record ActivityCount(String component, String action, long count) {}
