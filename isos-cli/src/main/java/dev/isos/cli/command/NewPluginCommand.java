package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isos new-plugin}. */
@Command(
        name = "new-plugin",
        description = "Writes a Maven project with a working plug-in: a dataflow, its hardware and the contract test.")
final class NewPluginCommand implements Callable<Integer> {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private final Session session;

    @Parameters(index = "0", paramLabel = "DIR", description = "Folder to write; new or empty.")
    private Path folder;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description =
                    "Id of the plug-in, its dataflow, hardware and accelerator; by default the name of the folder.")
    private String givenId;

    @Option(
            names = "--package",
            paramLabel = "NAME",
            description = "Java package and Maven group; by default com.example and the id without hyphens.")
    private String givenPackage;

    NewPluginCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String id =
                givenId != null ? givenId : folder.toAbsolutePath().normalize().getFileName() + "";
        if (!ID.matcher(id).matches()) {
            throw IsosException.badInput((givenId == null ? "" : "--id ") + "'" + id
                    + "' cannot be the id of a plug-in, which is made of lower-case letters, digits and hyphens and begins with a"
                    + " letter" + (givenId == null ? "; give one with --id" : ""));
        }
        String javaPackage = givenPackage != null ? givenPackage : "com.example." + id.replace("-", "");
        if (!SourceVersion.isName(javaPackage, SourceVersion.RELEASE_17)) {
            throw IsosException.badInput((givenPackage == null ? "" : "--package ") + "'" + javaPackage
                    + "' cannot be the name of a Java package"
                    + (givenPackage == null ? "; give one with --package" : ""));
        }
        Map<String, String> files = files(id, javaPackage);
        try {
            requireEmpty();
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        } catch (IOException e) {
            throw IsosException.badInput(folder + " cannot be written: " + IoReason.of(e));
        }
        session.console()
                .result(folder + " holds the plug-in " + id + ". Next:\n  cd " + folder
                        + " && mvn package\n  isos run -w resnet50-96 -a " + id + " --plugins target/plugins\n");
        return 0;
    }

    private void requireEmpty() throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw IsosException.badInput(folder + " is not empty; a new plug-in takes a new or empty folder");
                }
            }
        } else if (Files.exists(folder)) {
            throw IsosException.badInput(folder + " is a file; a new plug-in takes a new or empty folder");
        }
    }

    /** Texts of the files by path in the project. */
    private static Map<String, String> files(String id, String javaPackage) {
        ApiVersion api = ApiVersion.CURRENT;
        Map<String, String> values =
                Map.of("__id__", id, "__package__", javaPackage, "__api__", api.major() + ", " + api.minor());
        String main = "src/main/java/" + javaPackage.replace('.', '/') + "/";
        String test = "src/test/java/" + javaPackage.replace('.', '/') + "/";
        Map<String, String> places = new LinkedHashMap<>();
        places.put("pom.xml", "pom.xml");
        places.put("README.md", "README.md");
        for (String name : List.of("SerialPlugin.java", "SerialDataflow.java", "SerialModel.java")) {
            places.put(main + name, name);
        }
        places.put(test + "SerialDataflowTest.java", "SerialDataflowTest.java");
        Map<String, String> files = new LinkedHashMap<>();
        places.forEach((place, name) -> files.put(place, filled(name, values)));
        files.put(
                "src/main/resources/META-INF/services/dev.isos.api.plugin.IsosPlugin", javaPackage + ".SerialPlugin\n");
        return files;
    }

    private static String filled(String name, Map<String, String> values) {
        try (InputStream in = NewPluginCommand.class.getResourceAsStream("/dev/isos/cli/plugin/" + name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("a template that ships with Isos cannot be read", e);
        }
    }
}
