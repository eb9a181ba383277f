package dev.isos.core.plugin;

/**
 * A plug-in that was found.
 *
 * @param origin class path or the jar's file name
 */
public record PluginInfo(String id, String version, String origin) {}
