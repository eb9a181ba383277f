package dev.isos.spark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The jars of this process that executors do not have: all but those that are among Spark's own. */
final class Shipment {
    private Shipment() {}

    /**
     * The jars; folders of classes become jars.
     *
     * @param sparkJars folder with the jars that executors have
     * @param temporary folder for what is made
     */
    static List<String> jars(Path sparkJars, Path temporary) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            String name = String.valueOf(path.getFileName());
            if (Files.isDirectory(path)) {
                jars.add(jar(path, temporary.resolve("classes-" + jars.size() + ".jar"))
                        .toString());
            } else if (Files.isRegularFile(path)
                    && Files.notExists(sparkJars.resolve(name))
                    && !name.startsWith("slf4j-")) {
                jars.add(path.toString());
            }
        }
        return jars;
    }

    private static Path jar(Path folder, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(
                        new ZipEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return jar;
    }
}
