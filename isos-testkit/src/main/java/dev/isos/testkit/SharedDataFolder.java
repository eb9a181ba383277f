package dev.isos.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files are that tests marked {@link SharedData} read. */
public final class SharedDataFolder {

    /** The system property that names the folder; the Maven build sets it for every test. */
    public static final String PROPERTY = "isos.sharedData";

    private static final Path BESIDE_THE_REPOSITORY = Path.of("..", "shared", "data");

    private SharedDataFolder() {}

    /**
     * The folder of shared data, absolute, whether it exists or not: what the system property {@value #PROPERTY} names,
     * else {@code ../shared/data}, seen from the working directory or, where a test is started in a module, its parent.
     *
     * @return absolute and normalised
     */
    public static Path root() {
        String configured = System.getProperty(PROPERTY, "");
        if (!configured.isBlank()) {
            return Path.of(configured).toAbsolutePath().normalize();
        }
        Path workingDirectory = Path.of("").toAbsolutePath();
        Path fromRepository = workingDirectory.resolve(BESIDE_THE_REPOSITORY).normalize();
        Path fromModule =
                workingDirectory.resolve("..").resolve(BESIDE_THE_REPOSITORY).normalize();
        return !Files.isDirectory(fromRepository) && Files.isDirectory(fromModule) ? fromModule : fromRepository;
    }

    /**
     * One file or folder of the shared data.
     *
     * @param relative path below {@link #root()}, with {@code /} between its parts
     * @return absolute and normalised
     * @throws IllegalArgumentException if the path is absolute, leaves the folder, or names nothing that exists
     */
    public static Path path(String relative) {
        Path root = root();
        Path path = root.resolve(relative).normalize();
        if (!path.startsWith(root)) {
            throw new IllegalArgumentException("Not a path below the shared data: " + relative);
        }
        if (Files.notExists(path)) {
            throw new IllegalArgumentException("Missing in the shared data: " + path);
        }
        return path;
    }
}
