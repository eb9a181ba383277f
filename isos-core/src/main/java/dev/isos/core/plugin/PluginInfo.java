package dev.isos.core.plugin;

import java.util.List;
import java.util.Map;

/**
 * A plug-in that is in use.
 *
 * @param origin {@code class path}, or the path of its jar or folder
 * @param contributions ids of what it contributes and what is in use, by kind, in the order in which it names them
 */
public record PluginInfo(String id, String version, String origin, Map<ContributionKind, List<String>> contributions) {
    public PluginInfo {
        contributions = Map.copyOf(contributions);
    }
}
