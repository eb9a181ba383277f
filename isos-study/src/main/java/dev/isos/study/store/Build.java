package dev.isos.study.store;

import dev.isos.api.result.RunResult;
import dev.isos.core.Platform;
import dev.isos.support.reference.ReferenceExecutor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The code that results come from: the modules below this one, and what contributes to the platform. By content and not by path or
 * time, so that a copy of it counts as the same, on this computer or another one.
 */
final class Build {
    /** What is loaded does not change; to read it takes longer than many a sweep. */
    private static final Map<Platform, String> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private Build() {}

    static String digest(Platform isos) {
        return KNOWN.computeIfAbsent(isos, Build::read);
    }

    private static String read(Platform isos) {
        Set<String> parts = new TreeSet<>();
        isos.plugins().forEach(plugin -> parts.add(plugin.id() + " " + plugin.version()));
        Stream<Class<?>> contributed = Stream.of(
                        isos.dataflows(),
                        isos.hardware(),
                        isos.energyModels(),
                        isos.mappingPolicies(),
                        isos.importers())
                .flatMap(byId -> byId.values().stream())
                .map(Object::getClass);
        Map<Object, String> byPlace = new HashMap<>(); // many are from one
        Stream.concat(Stream.of(RunResult.class, ReferenceExecutor.class, Platform.class), contributed)
                .forEach(type -> byPlace.computeIfAbsent(place(type), place -> content(type)));
        parts.addAll(byPlace.values());
        return PointKey.digest(String.join("\n", parts));
    }

    /** Where a class is from; the class where nobody knows. */
    private static Object place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? type
                : source.getLocation().toString();
    }

    /** A digest of the jar or folder that a class is from; the class's name where it is from neither. */
    private static String content(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            if (source != null
                    && source.getLocation() != null
                    && source.getLocation().getProtocol().equals("file")) {
                Path place = Path.of(source.getLocation().toURI());
                return PointKey.digest(Files.isDirectory(place) ? folder(place) : jar(place));
            }
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            // as good as unknown
        }
        return type.getName();
    }

    private static String jar(Path file) throws IOException {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            Set<String> entries = new TreeSet<>();
            for (ZipEntry entry : jar.stream().toList()) {
                entries.add(entry.getName() + " " + entry.getCrc());
            }
            return String.join("\n", entries);
        }
    }

    private static String folder(Path folder) throws IOException {
        Set<String> entries = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                CRC32 sum = new CRC32();
                sum.update(Files.readAllBytes(file));
                entries.add(folder.relativize(file) + " " + sum.getValue());
            }
        }
        return String.join("\n", entries);
    }
}
