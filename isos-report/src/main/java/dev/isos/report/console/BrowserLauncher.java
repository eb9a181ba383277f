package dev.isos.report.console;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Opens pages in the reader's browser. */
public final class BrowserLauncher {
    private static final String VARIABLE = "BROWSER";

    private BrowserLauncher() {}

    /**
     * Opens a file with the program that the environment variable {@code BROWSER} names, else with the system's browser, and does not
     * wait for it.
     *
     * @param said gets where the file is, and that no browser opened it
     */
    public static void open(Path file, Map<String, String> environment, Consumer<String> said) {
        URI address = file.toAbsolutePath().normalize().toUri();
        said.accept("page: " + address);
        String given = environment.getOrDefault(VARIABLE, "");
        for (List<String> words : given.isBlank() ? systems() : List.of(List.of(given))) {
            List<String> command = new ArrayList<>(words);
            command.add(address.toString());
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start();
                process.getOutputStream().close();
                process.onExit().thenAccept(ended -> {
                    if (ended.exitValue() != 0) {
                        said.accept("no browser opened the page");
                    }
                });
                return;
            } catch (IOException e) {
                // there may be another one
            }
        }
        said.accept("no browser could be started");
    }

    /** Programs that open an address, the best first. */
    private static List<List<String>> systems() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return List.of(List.of("rundll32", "url.dll,FileProtocolHandler"));
        }
        if (system.startsWith("mac")) {
            return List.of(List.of("open"));
        }
        // in a session of its own, so that Ctrl-C does not end the browser, too
        return List.of(List.of("setsid", "xdg-open"), List.of("xdg-open"));
    }
}
