package dev.isos.cli.skew;

import dev.isos.api.plugin.IsosPlugin;
import dev.isos.study.Isos;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Isos with some of its modules exchanged, in class loaders that share nothing with those of the test but the JDK. */
final class Installation implements AutoCloseable {
    static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    /** A run that was refused. */
    record Refusal(String sentence) {}

    private final URLClassLoader loader;
    private final Object isos;
    private final Object workload;

    /**
     * @param front classes that hide those of the class path
     * @param exchanged jars, by what they stand for on the class path
     * @param plugins the folder of plug-ins
     * @param left plug-ins that are not on the class path
     */
    Installation(Path front, Map<Path, Path> exchanged, List<Path> left, Path plugins, Path network) throws Exception {
        List<URL> urls = new ArrayList<>();
        urls.add(url(front));
        for (String entry : CLASS_PATH.split(System.getProperty("path.separator"))) {
            Path path = Path.of(entry).toAbsolutePath().normalize();
            if (!left.contains(path)) {
                urls.add(url(exchanged.getOrDefault(path, path)));
            }
        }
        loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Object builder =
                loader.loadClass(Isos.class.getName()).getMethod("builder").invoke(null);
        isos = call(call(builder, "pluginFolder", plugins), "build");
        Object found;
        try {
            found = call(isos, "workload", network.toString());
        } catch (InvocationTargetException e) {
            found = refusal(e);
        }
        workload = found;
    }

    /** Where the classes of a module are. */
    static Path of(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toAbsolutePath()
                .normalize();
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    /** Everything that a run on an accelerator gives, by name, but for what depends on the host; or a {@link Refusal}. */
    Object run(String accelerator) throws ReflectiveOperationException {
        if (workload instanceof Refusal) {
            return workload;
        }
        try {
            Class<?> type = loader.loadClass("dev.isos.api.workload.Workload");
            Object result = isos.getClass().getMethod("run", type, String.class).invoke(isos, workload, accelerator);
            @SuppressWarnings("unchecked")
            Map<String, Object> values = (Map<String, Object>) plain(result);
            values.remove("host");
            return values;
        } catch (InvocationTargetException e) {
            return refusal(e);
        }
    }

    private static Refusal refusal(InvocationTargetException e) throws InvocationTargetException {
        if (e.getCause().getClass().getName().equals("dev.isos.api.error.IsosException")) {
            return new Refusal(e.getCause().getMessage());
        }
        throw e;
    }

    /** Ids of the accelerators. */
    List<String> accelerators() throws ReflectiveOperationException {
        Map<?, ?> all = (Map<?, ?>) call(platform(), "accelerators");
        return all.keySet().stream().map(String::valueOf).sorted().toList();
    }

    /** The sentences about plug-ins that were refused. */
    List<String> problems() throws ReflectiveOperationException {
        List<String> sentences = new ArrayList<>();
        for (Object problem : (List<?>) call(platform(), "pluginProblems")) {
            sentences.add(String.valueOf(call(problem, "sentence")));
        }
        return sentences;
    }

    private Object platform() throws ReflectiveOperationException {
        return call(isos, "platform");
    }

    /** The value of a static field. */
    Object field(Class<?> type, String name) throws ReflectiveOperationException {
        return loader.loadClass(type.getName()).getField(name).get(null);
    }

    private static Object call(Object target, String method, Object... arguments) throws ReflectiveOperationException {
        for (var each : target.getClass().getMethods()) {
            if (each.getName().equals(method) && each.getParameterCount() == arguments.length) {
                return published(target.getClass(), each.getName(), each.getParameterTypes())
                        .invoke(target, arguments);
            }
        }
        throw new NoSuchMethodException(method);
    }

    /** The method as a public type declares it: implementations may be hidden. */
    private static java.lang.reflect.Method published(Class<?> type, String name, Class<?>[] parameters)
            throws NoSuchMethodException {
        if (java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
            return type.getMethod(name, parameters);
        }
        for (Class<?> each : type.getInterfaces()) {
            try {
                return published(each, name, parameters);
            } catch (NoSuchMethodException e) {
                // another one has it
            }
        }
        throw new NoSuchMethodException(name);
    }

    private static Object plain(Object value) throws ReflectiveOperationException {
        if (value instanceof Record) {
            Map<String, Object> values = new TreeMap<>();
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                values.put(component.getName(), plain(component.getAccessor().invoke(value)));
            }
            return values;
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> values = new TreeMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                values.put(String.valueOf(entry.getKey()), plain(entry.getValue()));
            }
            return values;
        } else if (value instanceof Collection<?> all) {
            List<Object> values = new ArrayList<>();
            for (Object each : all) {
                values.add(plain(each));
            }
            return values;
        }
        return String.valueOf(value);
    }

    /** The service file of a plug-in. */
    static String service() {
        return "META-INF/services/" + IsosPlugin.class.getName();
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
