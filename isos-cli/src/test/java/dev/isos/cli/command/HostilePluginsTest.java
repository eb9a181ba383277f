package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.plugin.IsosPlugin;
import dev.isos.cli.Main;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.plugin.PluginProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins that are broken in one way each: each is named in one line, and everything else works. */
class HostilePluginsTest {
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final String SERVICE = "META-INF/services/" + IsosPlugin.class.getName();
    private static final String ACCELERATOR =
            "r.accelerator(new Accelerator(\"%s\", \"an accelerator\", \"%s\", \"%s\", \"%s\"));";

    /** A policy that cuts after every layer; its plan may be spoilt. */
    private static final String POLICY = """
            r.mappingPolicy(new MappingPolicy() {
                public String id() { return "%1$s"; }
                public String description() { return "a policy"; }
                public ExecutionPlan plan(PlanningContext context) { %2$s }
            });
            r.accelerator(new Accelerator("%1$s", "an accelerator", "is-os", "isosceles", "%1$s"));
            """;

    /** Bodies of {@code contribute} by name of plug-in, each with what the line about it says. */
    private static final Map<String, List<String>> BODIES = new LinkedHashMap<>();

    /** Other members of the plug-in, which replace those of the template. */
    private static final Map<String, List<String>> MEMBERS = new LinkedHashMap<>();

    static {
        BODIES.put(
                "throwing", List.of("throw new IllegalStateException(\"no\\nlicence\");", "IllegalStateException: no"));
        BODIES.put("overflowing", List.of("contribute(r);", "StackOverflowError"));
        BODIES.put("asserting", List.of("throw new AssertionError(\"never\");", "AssertionError: never"));
        BODIES.put("heapless", List.of("throw new OutOfMemoryError(\"all of it\");", "OutOfMemoryError: all of it"));
        BODIES.put(
                "mute",
                List.of(
                        "throw new RuntimeException() { public String getMessage() { throw new Error(); } };",
                        "failed while it registered (mute.P$1)"));
        BODIES.put("endless", List.of("while (!Thread.interrupted()) { }", "had not registered after 2 s"));
        BODIES.put("nothing", List.of("r.dataflow(null);", "one of its contributions is null; its kind is dataflow"));
        BODIES.put(
                "dangling",
                List.of(ACCELERATOR.formatted("dangling", "is-oss", "isosceles", "single"), "dataflow 'is-oss'"));
        BODIES.put(
                "pointless",
                List.of(ACCELERATOR.formatted("pointless", "is-os", "nowhere", "single"), "hardware 'nowhere'"));
        BODIES.put(
                "fieldless",
                List.of(
                        "r.accelerator(new Accelerator(\"fieldless\", \"a\", null, null, null));",
                        "the accelerator 'fieldless' has no dataflow"));
        BODIES.put(
                "nameless",
                List.of(
                        "r.accelerator(new Accelerator(null, null, null, null, null));",
                        "one of its contributions has no id"));
        BODIES.put(
                "silent",
                List.of(
                        "r.accelerator(new Accelerator(\"silent\", null, \"is-os\", \"isosceles\", \"single\"));",
                        "has no description"));
        BODIES.put(
                "doubling",
                List.of(
                        ACCELERATOR.formatted("isosceles", "is-os", "isosceles", "single"),
                        "offers the accelerator 'isosceles' that plug-in isos-hw already has"));
        BODIES.put(
                "prying",
                List.of(
                        "dev.isos.core.IsosPlatform.load(null);",
                        "ClassNotFoundException: dev.isos.core.IsosPlatform"));
        BODIES.put(
                "halfway",
                List.of(
                        ACCELERATOR.formatted("halfway", "is-os", "isosceles", "single")
                                + " throw new IllegalStateException(\"no key\");",
                        "IllegalStateException: no key"));

        MEMBERS.put(
                "constructing",
                List.of("public P() { throw new IllegalStateException(\"no\"); }", "IllegalStateException"));
        MEMBERS.put("initialising", List.of("static final int N = Integer.parseInt(\"x\");", "NumberFormatException"));
        // idle, since the thread outlives the test
        MEMBERS.put(
                "unending",
                List.of(
                        "public P() { while (true) { try { Thread.sleep(9999); } catch (InterruptedException e) { } } }",
                        "had not registered after 2 s"));
        MEMBERS.put("demanding", List.of("public P(int n) { }", "NoSuchMethodException: demanding.P.<init>()"));
        MEMBERS.put("anonymous", List.of("public String id() { return null; }", "it has no id"));
        MEMBERS.put("ageless", List.of("public String version() { return null; }", "it has no version"));
        MEMBERS.put(
                "timeless",
                List.of(
                        "public ApiVersion builtAgainst() { return null; }",
                        "it has no API version that it was built against"));
        MEMBERS.put(
                "advanced",
                List.of(
                        "public ApiVersion builtAgainst() { return new ApiVersion(7, 3); }",
                        "was built against API 7.3"));
        MEMBERS.put("posing", List.of("public String id() { return \"isos-core\"; }", "is there twice"));
        MEMBERS.put("future", List.of("", "UnsupportedClassVersionError"));
        MEMBERS.put("torn", List.of("", "ClassFormatError"));
    }

    @TempDir
    private static Path temp;

    private static Path folder;
    private static String network;
    private static Platform isos;

    @BeforeAll
    static void build() throws IOException {
        folder = Files.createDirectory(temp.resolve("plugins"));
        network = Files.writeString(
                        temp.resolve("net.yaml"),
                        "input: {shape: [1, 4, 4]}\nlayers:\n  - {name: a, op: convolution, filters: 2, kernel: 3}\n")
                .toString();
        Map<String, String> sources = new LinkedHashMap<>();
        BODIES.forEach((name, hostile) -> sources.put(name, source(name, hostile.get(0), "")));
        MEMBERS.forEach((name, hostile) -> sources.put(name, source(name, "", hostile.get(0))));
        sources.put("good", source("good", POLICY.formatted("good", "return library.Cuts.plan(context);"), ""));
        sources.put("library", """
                package library;
                import dev.isos.api.plan.*;
                import java.util.*;
                public class Cuts {
                    public static ExecutionPlan plan(PlanningContext context) {
                        List<Segment> segments = new ArrayList<>();
                        for (int i = 0; i < context.workload().network().size(); i++) {
                            segments.add((Segment) context.map(List.of(i)));
                        }
                        return new ExecutionPlan("good", segments, Collections.nCopies(segments.size(), "mine"));
                    }
                }
                """);
        sources.put(
                "failing",
                source("failing", POLICY.formatted("failing", "throw new IllegalStateException(\"sorry\");"), ""));
        sources.put("void0", source("void0", POLICY.formatted("void0", "return null;"), ""));
        sources.put("asking", source("asking", """
                        r.importer(new dev.isos.api.workload.NetworkImporter() {
                            public String id() { return "asking"; }
                            public String description() { return "an importer"; }
                            public Optional<String> declines(java.nio.file.Path file) { throw new LinkageError("odd"); }
                            public dev.isos.api.workload.Workload load(
                                    java.nio.file.Path file, dev.isos.api.workload.WorkloadRequest request) { return null; }
                        });
                        """, ""));
        sources.put("exiting", source("exiting", "System.exit(0);", ""));
        Path classes = compile(sources);
        for (String name : sources.keySet()) {
            if (!List.of("good", "library", "exiting").contains(name)) {
                jar(folder.resolve(name + ".jar"), classes, name, name + ".P");
            }
        }
        Path good = Files.createDirectory(folder.resolve("good"));
        jar(good.resolve("plugin.jar"), classes, "good", "good.P");
        jar(good.resolve("library.jar"), classes, "library", null);
        jar(Files.createDirectory(temp.resolve("exits")).resolve("exiting.jar"), classes, "exiting", "exiting.P");
        jar(folder.resolve("empty.jar"), classes, null, null);
        jar(folder.resolve("absent.jar"), classes, null, "absent.P");
        jar(folder.resolve("garbled.jar"), classes, null, "not a class name");
        jar(folder.resolve("stranger.jar"), classes, "library", "library.Cuts");
        Files.createFile(folder.resolve("zero.jar"));
        Files.writeString(folder.resolve("text.jar"), "no jar at all");
        Files.createDirectory(folder.resolve("bare"));
        Files.writeString(folder.resolve("README"), "not a plug-in");
        isos = IsosPlatform.load(Optional.of(folder), Duration.ofSeconds(2));
    }

    private static String source(String name, String body, String members) {
        String source = "package " + name + ";\nimport dev.isos.api.accelerator.*;\nimport dev.isos.api.plan.*;\n"
                + "import dev.isos.api.plugin.*;\nimport java.util.*;\npublic class P implements IsosPlugin {\n"
                + members
                + "\npublic void contribute(Registrar r) {\n" + body + "\n}\n";
        if (!members.contains(" id()")) {
            source += "public String id() { return \"" + name + "\"; }\n";
        }
        if (!members.contains(" builtAgainst()")) {
            source += "public ApiVersion builtAgainst() { return ApiVersion.CURRENT; }\n";
        }
        return source + "}\n";
    }

    private static Path compile(Map<String, String> sources) throws IOException {
        List<String> command = new ArrayList<>(List.of("-nowarn", "-cp", CLASS_PATH));
        Path classes = Files.createDirectory(temp.resolve("classes"));
        command.addAll(List.of("-d", classes.toString()));
        for (Map.Entry<String, String> each : sources.entrySet()) {
            Path file = temp.resolve("sources")
                    .resolve(each.getKey())
                    .resolve(each.getKey().equals("library") ? "Cuts.java" : "P.java");
            Files.createDirectories(file.getParent());
            command.add(Files.writeString(file, each.getValue()).toString());
        }
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, messages, messages, command.toArray(String[]::new));
        assertEquals(0, code, messages.toString(StandardCharsets.UTF_8));
        return classes;
    }

    private static void jar(Path file, Path classes, String content, String service) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            if (service != null) {
                jar.putNextEntry(new JarEntry(SERVICE));
                jar.write(service.getBytes(StandardCharsets.UTF_8));
            }
            if (content == null) {
                return;
            }
            try (Stream<Path> compiled = Files.list(classes.resolve(content))) {
                for (Path each : compiled.sorted().toList()) {
                    byte[] bytes = Files.readAllBytes(each);
                    if (content.equals("future")) {
                        bytes[7] = 99; // major version: Java 55
                    }
                    jar.putNextEntry(new JarEntry(content + "/" + each.getFileName()));
                    jar.write(bytes, 0, content.equals("torn") ? bytes.length / 2 : bytes.length);
                }
            }
        }
    }

    @Test
    void eachHostilePluginIsNamedInOneLine() {
        Map<String, String> expected = new LinkedHashMap<>();
        BODIES.forEach((name, hostile) -> expected.put(name + ".jar", hostile.get(1)));
        MEMBERS.forEach((name, hostile) -> expected.put(name + ".jar", hostile.get(1)));
        expected.put("empty.jar", "names no plug-in in " + SERVICE);
        expected.put("absent.jar", "Provider absent.P not found");
        expected.put("garbled.jar", "could not be loaded");
        expected.put("stranger.jar", "library.Cuts not a subtype");
        expected.put("zero.jar", "cannot be read as a jar");
        expected.put("text.jar", "cannot be read as a jar");
        expected.put("bare", "has no jar");
        List<String> sentences =
                isos.pluginProblems().stream().map(PluginProblem::sentence).toList();
        List<String> wrong = new ArrayList<>();
        expected.forEach((origin, reason) -> {
            String path = folder.resolve(origin).toString();
            List<String> about =
                    sentences.stream().filter(s -> s.contains(path)).toList();
            if (about.size() != 1
                    || !about.get(0).contains(reason)
                    || about.get(0).lines().count() != 1) {
                wrong.add(origin + " (" + reason + "): " + about);
            }
        });
        assertEquals(List.of(), wrong);
        assertEquals(expected.size(), sentences.size(), () -> String.join("\n", sentences));
    }

    @Test
    void theRestWorks() {
        Invocation built = Invocation.of(isos, "run", "-w", network, "-a", "isosceles", "-q", "--verify");
        assertEquals(0, built.exitCode(), built.err());
        assertEquals("", built.err());
        Invocation good = Invocation.of(isos, "run", "-w", network, "-a", "good", "--verify");
        assertEquals(0, good.exitCode(), good.err());
        for (PluginProblem problem : isos.pluginProblems()) {
            assertEquals(
                    1,
                    good.errLines().stream()
                            .filter(("isos: warning: " + problem.sentence())::equals)
                            .count(),
                    problem.sentence());
        }
    }

    @Test
    void whoAsksForARefusedContributionHearsWhy() {
        assertRefused("accelerator 'dangling' cannot be used: plug-in dangling (", "dangling");
        assertRefused("accelerator 'halfway' cannot be used: plug-in halfway (", "halfway");
        assertRefused("IllegalStateException: no key", "halfway");
        assertRefused("unknown accelerator 'constructing'", "constructing");
    }

    @Test
    void failuresAtRunTimeNameThePlugin() {
        String failing = folder.resolve("failing.jar").toString();
        assertRefused("plug-in " + failing + " failed in failing.P$1.plan (line ", "failing");
        assertRefused("with IllegalStateException: sorry", "failing");
        assertRefused(
                "plug-in void0 (" + folder.resolve("void0.jar") + ") gave something that Isos cannot use", "void0");
        Invocation verbose = Invocation.of(isos, "run", "-w", network, "-a", "failing", "-q", "-v");
        assertTrue(verbose.err().contains("Caused by: java.lang.IllegalStateException: sorry"), verbose.err());
    }

    private static void assertRefused(String expected, String accelerator) {
        Invocation result = Invocation.of(isos, "run", "-w", network, "-a", accelerator, "-q");
        assertEquals(2, result.exitCode(), result.err());
        assertEquals(1, result.errLines().size(), result.err());
        assertTrue(result.err().contains(expected), result.err());
    }

    @Test
    void listShowsWhatIsUsedAndWhatWasRefused() {
        Invocation brief = Invocation.of(isos, "list", "plugins", "-q");
        assertFalse(brief.out().contains("dangling.jar) offers"), brief.out());
        String all = Invocation.of(isos, "list", "plugins", "-q", "-v", "--format", "json")
                .out();
        String good = folder.resolve("good").toString();
        assertTrue(
                all.replaceAll("\\s+", " ")
                        .contains("\"origin\" : \"" + good + "\", \"mapping\" : \"good\","
                                + " \"accelerator\" : \"good\""),
                all);
        for (PluginProblem problem : isos.pluginProblems()) {
            assertTrue(all.contains(problem.origin()), problem.origin());
        }
        assertTrue(all.contains("StackOverflowError"), all);
    }

    @Test
    void whoEndsTheProcessIsNamed() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                CLASS_PATH,
                Main.class.getName(),
                "list",
                "accelerators");
        builder.environment().put("ISOS_PLUGINS", temp.resolve("exits").toString());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.MINUTES));
        assertEquals(2, process.exitValue(), said);
        assertEquals(
                "isos: plug-in " + temp.resolve("exits").resolve("exiting.jar")
                        + " ended the process with System.exit in exiting.P.contribute (line 9); remove it to go on\n",
                said);
    }

    @Test
    void theFolderOfTheVariableMustBeOne() {
        Invocation result = Invocation.of(isos, Map.of("ISOS_PLUGINS", network), "list", "plugins");
        assertEquals(2, result.exitCode());
        assertEquals("isos: ISOS_PLUGINS=" + network + " is not a folder\n", result.err());
    }
}
