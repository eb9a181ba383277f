package dev.isos.cli.command;

import dev.isos.api.plugin.ApiVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** The versions of the modules on the class path, from the manifests of their jars. */
final class ModuleVersions implements IVersionProvider {
    private static final String PREFIX = "isos-";
    private static final String OWN_MODULE = "isos-cli";

    /** Classes outside a jar have no manifest. */
    private static final String DEVELOPMENT = "(development)";

    @Override
    public String[] getVersion() throws IOException {
        Map<String, String> modules = modules();
        List<String> lines = new ArrayList<>();
        lines.add("isos " + modules.getOrDefault(OWN_MODULE, DEVELOPMENT));
        modules.forEach((module, version) ->
                lines.add("  " + module + " ".repeat(Math.max(1, 16 - module.length())) + version));
        lines.add("plug-in API " + ApiVersion.CURRENT + ", Java " + System.getProperty("java.version"));
        return lines.toArray(String[]::new);
    }

    /** The version of Isos. */
    static String isos() {
        try {
            return modules().getOrDefault(OWN_MODULE, DEVELOPMENT);
        } catch (IOException e) {
            return DEVELOPMENT;
        }
    }

    private static Map<String, String> modules() throws IOException {
        Map<String, String> modules = new TreeMap<>();
        ClassLoader loader = ModuleVersions.class.getClassLoader();
        for (URL url : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
            try (InputStream in = url.openStream()) {
                Attributes attributes = new Manifest(in).getMainAttributes();
                String title = attributes.getValue(Attributes.Name.IMPLEMENTATION_TITLE);
                String version = attributes.getValue(Attributes.Name.IMPLEMENTATION_VERSION);
                if (title != null && title.startsWith(PREFIX) && version != null) {
                    modules.put(title, version);
                }
            }
        }
        return modules;
    }
}
