package dev.isos.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Parent of a plug-in's class loader: shows it the JDK, {@code dev.isos.api} and {@code dev.isos.support}, and nothing else of
 * Isos or its libraries, so that a plug-in brings its own versions of everything.
 */
final class ApiOnlyClassLoader extends ClassLoader {
    private static final List<String> VISIBLE = List.of("dev.isos.api.", "dev.isos.support.");

    private final ClassLoader isos;

    ApiOnlyClassLoader(ClassLoader isos) {
        super(ClassLoader.getPlatformClassLoader());
        this.isos = isos;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (VISIBLE.stream().anyMatch(name::startsWith)) {
            return isos.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    public URL getResource(String name) {
        return ClassLoader.getPlatformClassLoader().getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        // Otherwise every plug-in jar would offer the built-in plug-ins' service files again.
        return Collections.emptyEnumeration();
    }
}
