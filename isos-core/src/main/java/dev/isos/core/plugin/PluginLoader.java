package dev.isos.core.plugin;

import dev.isos.api.error.IsosException;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Finds plug-ins with {@link ServiceLoader}: on the class path, and in every jar of a folder, each jar in a class loader of
 * its own. What is wrong with one plug-in is one sentence in {@link Contributions#problems()}; the others keep working.
 */
public final class PluginLoader {
    private static final String CLASS_PATH = "class path";

    private PluginLoader() {}

    /**
     * Loads everything.
     *
     * @param folder folder with plug-in jars, if the user named one; jars are taken in order of name
     */
    public static Contributions load(Optional<Path> folder) {
        Contributions contributions = new Contributions();
        take(ServiceLoader.load(IsosPlugin.class, PluginLoader.class.getClassLoader()), CLASS_PATH, contributions);
        folder.ifPresent(f -> {
            for (Path jar : jars(f)) {
                String origin = jar.getFileName().toString();
                int before = contributions.plugins().size()
                        + contributions.problems().size();
                take(ServiceLoader.load(IsosPlugin.class, loader(jar)), origin, contributions);
                if (contributions.plugins().size() + contributions.problems().size() == before) {
                    contributions.problem(jar + " names no plug-in in META-INF/services/" + IsosPlugin.class.getName()
                            + "; it is ignored");
                }
            }
        });
        return contributions;
    }

    /** Takes the given plug-ins and looks for no others; for embedding programs and tests. */
    public static Contributions of(List<IsosPlugin> plugins) {
        Contributions contributions = new Contributions();
        plugins.forEach(p -> register(p, "given", contributions));
        return contributions;
    }

    private static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw IsosException.badInput("plug-in folder " + folder + " is not a folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(".jar"))
                    .sorted(Comparator.comparing(f -> f.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw IsosException.badInput("plug-in folder " + folder + " cannot be read: " + IoReason.of(e));
        }
    }

    private static ClassLoader loader(Path jar) {
        try {
            // Stays open as long as the process: classes of the plug-in may be loaded at any time.
            return new URLClassLoader(
                    "plug-in " + jar.getFileName(),
                    new URL[] {jar.toUri().toURL()},
                    new ApiOnlyClassLoader(PluginLoader.class.getClassLoader()));
        } catch (MalformedURLException e) {
            throw IsosException.badInput("plug-in " + jar + " has no usable path");
        }
    }

    private static void take(ServiceLoader<IsosPlugin> services, String origin, Contributions contributions) {
        Iterator<ServiceLoader.Provider<IsosPlugin>> providers =
                services.stream().iterator();
        while (true) {
            IsosPlugin plugin;
            try {
                if (!providers.hasNext()) {
                    return;
                }
                plugin = providers.next().get();
            } catch (ServiceConfigurationError | LinkageError e) {
                contributions.problem(
                        "a plug-in of " + origin + " could not be loaded (" + reason(e) + "); it is ignored");
                if (e instanceof ServiceConfigurationError) {
                    continue;
                }
                return;
            }
            register(plugin, origin, contributions);
        }
    }

    static void register(IsosPlugin plugin, String origin, Contributions contributions) {
        String id = plugin.getClass().getName();
        try {
            id = plugin.id();
            ApiVersion builtAgainst = plugin.builtAgainst();
            if (!ApiVersion.CURRENT.runs(builtAgainst)) {
                contributions.problem("plug-in " + id + " (" + origin + ") was built against API " + builtAgainst
                        + ", this is API " + ApiVersion.CURRENT + "; it is ignored");
                return;
            }
            if (contributions.hasPlugin(id)) {
                contributions.problem("plug-in " + id + " (" + origin + ") is there twice; the second one is ignored");
                return;
            }
            Contributions.Staged staged = new Contributions.Staged();
            plugin.contribute(staged);
            contributions.accept(new PluginInfo(id, plugin.version(), origin), staged);
        } catch (RuntimeException | LinkageError e) {
            contributions.problem("plug-in " + id + " (" + origin + ") failed while it registered (" + reason(e)
                    + "); nothing of it is used");
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null
                ? ""
                : ": " + cause.getMessage().lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + message;
    }
}
