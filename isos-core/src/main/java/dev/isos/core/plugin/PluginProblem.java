package dev.isos.core.plugin;

/**
 * A plug-in, or a contribution of one, that is not used.
 *
 * @param plugin id of the plug-in; its class where it has none, and its origin where no class is known either
 * @param origin {@code class path}, or the path of its jar or folder
 * @param sentence what is wrong; names the plug-in, on one line
 */
public record PluginProblem(String plugin, String origin, String sentence) {}
