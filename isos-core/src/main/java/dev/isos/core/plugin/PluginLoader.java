package dev.isos.core.plugin;

import dev.isos.api.error.IsosException;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.core.file.IoReason;
import dev.isos.core.plugin.Contributions.Owner;
import dev.isos.core.plugin.Contributions.Staged;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Finds plug-ins with {@link ServiceLoader}: on the class path, and in a folder, where each jar and each folder of jars has a
 * class loader of its own. What is wrong with one plug-in is one sentence in {@link Contributions#problems()}, whatever it
 * throws and if it never returns; the others keep working.
 */
public final class PluginLoader {
    static final String CLASS_PATH = "class path";

    /** Origin of a plug-in that a program has given. */
    public static final String GIVEN = "given";

    /** Registering takes milliseconds. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Limits that a plug-in may take which the machine, under heavy load, gives too little of a processor. */
    private static final int STARVED_LIMITS = 6;

    private static final ClassLoader API = new ApiOnlyClassLoader(PluginLoader.class.getClassLoader());

    private final Contributions contributions = new Contributions();
    private final Duration limit;
    private final List<IsosPlugin> given;

    private PluginLoader(Duration limit, List<IsosPlugin> given) {
        this.limit = limit;
        this.given = given;
    }

    /**
     * Loads everything.
     *
     * @param folder folder with plug-ins, if the user named one: jars, and folders each with the jars of one plug-in and of
     *     the libraries that it uses; taken in order of name
     */
    public static Contributions load(Optional<Path> folder) {
        return load(folder, LIMIT);
    }

    /**
     * Loads everything.
     *
     * @param folder folder with plug-ins, as above
     * @param limit how long each plug-in may take to register, by default 10 s; one that waits for a processor, not for anything else,
     *     has six times as long
     */
    public static Contributions load(Optional<Path> folder, Duration limit) {
        return load(folder, limit, List.of());
    }

    /**
     * Loads everything, and the given plug-ins after it. One whose class the class path names too is taken once, as given.
     *
     * @param folder folder with plug-ins, as above
     */
    public static Contributions load(Optional<Path> folder, List<IsosPlugin> given) {
        return load(folder, LIMIT, given);
    }

    private static Contributions load(Optional<Path> folder, Duration limit, List<IsosPlugin> given) {
        PluginLoader loader = new PluginLoader(limit, given);
        loader.take(PluginLoader.class.getClassLoader(), CLASS_PATH);
        folder.ifPresent(loader::takeFolder);
        return loader.takeGiven();
    }

    /** Takes the given plug-ins and looks for no others; for embedding programs and tests. */
    public static Contributions of(List<IsosPlugin> plugins) {
        return of(plugins, LIMIT);
    }

    static Contributions of(List<IsosPlugin> plugins, Duration limit) {
        return new PluginLoader(limit, plugins).takeGiven();
    }

    private Contributions takeGiven() {
        given.forEach(p -> register(p.getClass().getName(), () -> p, GIVEN));
        contributions.refuseDangling();
        return contributions;
    }

    private void takeFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw IsosException.badInput("plug-in folder " + folder + " is not a folder");
        }
        List<Path> entries;
        try {
            entries = entries(folder, PluginLoader::mayBePlugin);
        } catch (IOException e) {
            throw IsosException.badInput("plug-in folder " + folder + " cannot be read: " + IoReason.of(e));
        }
        for (Path entry : entries) {
            String origin = entry.toString();
            try {
                int before = contributions.findings();
                // Stays open as long as the process: classes of the plug-in may be loaded at any time.
                take(new URLClassLoader(PluginBlame.LOADER + origin, jars(entry), API), origin);
                if (contributions.findings() == before) {
                    contributions.problem(
                            origin,
                            origin,
                            origin + " names no plug-in in META-INF/services/" + IsosPlugin.class.getName()
                                    + "; it is ignored");
                }
            } catch (IOException e) {
                contributions.problem(
                        origin,
                        origin,
                        e.getMessage()
                                + (isJar(entry) ? "; it is ignored" : "; the plug-in of this folder is ignored"));
            }
        }
    }

    private static boolean mayBePlugin(Path entry) {
        return isJar(entry)
                || Files.isDirectory(entry) && !entry.getFileName().toString().startsWith(".");
    }

    private static boolean isJar(Path file) {
        return file.getFileName().toString().endsWith(".jar");
    }

    private static List<Path> entries(Path folder, Predicate<Path> which) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(which)
                    .sorted(Comparator.comparing(f -> f.getFileName().toString()))
                    .toList();
        }
    }

    /**
     * The jars of a plug-in, each of which can be opened: class loaders pass over the others in silence.
     *
     * @throws IOException with a message for users
     */
    private static URL[] jars(Path entry) throws IOException {
        List<Path> jars;
        try {
            jars = Files.isDirectory(entry) ? entries(entry, PluginLoader::isJar) : List.of(entry);
        } catch (IOException e) {
            throw new IOException("folder " + entry + " cannot be read: " + IoReason.of(e), e);
        }
        if (jars.isEmpty()) {
            throw new IOException("folder " + entry + " has no jar");
        }
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            Path jar = jars.get(i);
            if (!Files.isRegularFile(jar)) {
                throw new IOException(jar + " is a folder, pipe or device, expected a jar");
            }
            try {
                new JarFile(jar.toFile()).close();
                urls[i] = jar.toUri().toURL();
            } catch (IOException | SecurityException e) {
                throw new IOException(jar + " cannot be read as a jar: " + PluginBlame.reason(e), e);
            }
        }
        return urls;
    }

    /** Registers every plug-in that a class loader's service files name. */
    private void take(ClassLoader loader, String origin) {
        Iterator<ServiceLoader.Provider<IsosPlugin>> providers =
                ServiceLoader.load(IsosPlugin.class, loader).stream().iterator();
        String last = "";
        while (true) {
            ServiceLoader.Provider<IsosPlugin> provider;
            try {
                // loads the plug-in's class, but runs nothing of it
                if (!providers.hasNext()) {
                    return;
                }
                provider = providers.next();
            } catch (ServiceConfigurationError | LinkageError e) {
                String sentence = "a plug-in of " + origin + " could not be loaded (" + PluginBlame.reason(e)
                        + "); it is ignored";
                if (sentence.equals(last)) {
                    return; // the service file itself cannot be read, however often it is tried
                }
                last = sentence;
                contributions.problem(origin, origin, sentence);
                continue;
            }
            if (given.stream().noneMatch(p -> p.getClass() == provider.type())) {
                register(provider.type().getName(), provider, origin);
            }
        }
    }

    /** What is known of a plug-in while it registers. */
    private static final class Registration {
        private final String origin;
        private final Staged staged = new Staged();
        private volatile String id;
        private Owner owner;

        Registration(String type, String origin) {
            this.id = type;
            this.origin = origin;
        }

        /** Runs the plug-in's code; gives what it throws, else null. */
        Throwable run(Supplier<? extends IsosPlugin> source) {
            try {
                register(source);
                return null;
            } catch (Throwable e) {
                return e; // not left to the future, which would ask it for its message
            }
        }

        private void register(Supplier<? extends IsosPlugin> source) {
            IsosPlugin plugin = source.get();
            String named = required("id", plugin.id());
            if (named.isBlank()) {
                throw new IllegalArgumentException("its id is blank");
            }
            id = named;
            ApiVersion builtAgainst = required("API version that it was built against", plugin.builtAgainst());
            if (!ApiVersion.CURRENT.runs(builtAgainst)) {
                throw new WrongApi("was built against API " + builtAgainst + ", this is API " + ApiVersion.CURRENT);
            }
            String version = required("version", plugin.version());
            plugin.contribute(staged);
            owner = new Owner(named, version, origin);
        }

        private static <T> T required(String what, T value) {
            if (value == null) {
                throw new IllegalArgumentException("it has no " + what);
            }
            return value;
        }

        @Override
        public String toString() {
            return "plug-in " + id + " (" + origin + ")";
        }
    }

    /** A plug-in that was not asked for what it contributes. */
    private static final class WrongApi extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongApi(String message) {
            super(message);
        }
    }

    private void register(String type, Supplier<? extends IsosPlugin> source, String origin) {
        Registration registration = new Registration(type, origin);
        FutureTask<Throwable> task = new FutureTask<>(() -> registration.run(source));
        // A thread that can be left behind: Java has no way to end one that doesn't want to.
        Thread thread = new Thread(task, "registers " + type);
        thread.setDaemon(true);
        thread.start();
        try {
            Throwable failure = await(task, thread);
            if (failure instanceof WrongApi) {
                refuse(registration, failure.getMessage() + "; it is ignored");
            } else if (failure != null) {
                refuse(
                        registration,
                        "failed while it registered (" + PluginBlame.reason(failure) + "); nothing of it is used");
            } else if (contributions.hasPlugin(registration.owner.id())) {
                refuse(registration, "is there twice; the second one is ignored");
            } else {
                contributions.accept(registration.owner, registration.staged);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // run gives what is thrown
        } catch (TimeoutException e) {
            thread.interrupt();
            thread.setPriority(Thread.MIN_PRIORITY);
            refuse(registration, "had not registered after " + limit.toSeconds() + " s; nothing of it is used");
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            refuse(registration, "was interrupted while it registered; nothing of it is used");
        }
    }

    private Throwable await(FutureTask<Throwable> task, Thread thread)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int limits = 1; ; limits++) {
            try {
                return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (limits == STARVED_LIMITS || !starved(thread)) {
                    throw e;
                }
            }
        }
    }

    /** Whether a thread would go on if it had a processor, and has not had one for half of the limit. */
    private boolean starved(Thread thread) {
        return thread.getState() == Thread.State.RUNNABLE
                && ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) < limit.toNanos() / 2;
    }

    private void refuse(Registration registration, String why) {
        contributions.refuse(registration.id, registration.origin, registration + " " + why, registration.staged);
    }
}
