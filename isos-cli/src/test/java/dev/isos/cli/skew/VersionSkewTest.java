package dev.isos.cli.skew;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.cli.skew.Installation.Refusal;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.plugin.PluginProblem;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.support.layers.LayerWork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules of other versions than those that they were compiled with: older jars of isos-hw and isos-baselines, and of the example
 * weight-stationary, with a newer isos-core, isos-plugin-support and isos-api. Every run gives what it gave before, to the last
 * number, or is refused in one sentence that names the plug-in.
 */
class VersionSkewTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Path EXAMPLE = REPOSITORY.resolve(Path.of("examples", "weight-stationary", "src", "main"));
    private static final Predicate<String> OF_HW = accelerator -> accelerator.startsWith("isosceles");
    private static final Predicate<String> ON_LAYER_WORK =
            accelerator -> accelerator.equals("weight-stationary") || accelerator.equals("structured");

    /** Entries of the lists in a schema, moved about; {@code %s} is the package. */
    private static final String MOVES = """
            package %s;
            import dev.isos.api.dataflow.*;
            import java.util.*;
            final class Moves {
                static List<Phase> of(Phase... phases) {
                    List<Phase> all = new ArrayList<>(List.of(phases));
                    Collections.reverse(all);
                    if (%b) {
                        all.add(0, new Phase("another", PhaseKind.COMPUTE, "something new"));
                    }
                    return all;
                }
                static List<WorkMetric> of(WorkMetric... counts) {
                    List<WorkMetric> all = new ArrayList<>(List.of(counts));
                    Collections.reverse(all);
                    if (%b) {
                        all.add(0, new WorkMetric("another", "things", "something new", 2));
                    }
                    return all;
                }
            }
            """;

    @TempDir
    private static Path temp;

    private static Path network;
    private static Path plugins;
    private static Map<Path, Path> older;
    private static List<Path> left;
    private static List<String> accelerators;
    private static final Map<String, Object> EXPECTED = new TreeMap<>();
    private static int skews;

    @BeforeAll
    static void runUnskewed() throws Exception {
        network = Files.writeString(temp.resolve("net.yaml"), """
                input: {shape: [3, 12, 12]}
                layers:
                  - {name: stem, op: convolution, filters: 16, kernel: 3, stride: 2, pad: 1, density: 0.6}
                  - {name: deep, op: convolution, filters: 16, kernel: 3, pad: 1, groups: 16, weightDensity: 0.5}
                  - {name: project, op: convolution, filters: 16, kernel: 1, weightDensity: 0.3, residual: stem}
                  - {name: branch, op: max-pooling, from: stem, kernel: 3, pad: 1}
                  - {name: both, op: concatenation, from: [project, branch]}
                  - {name: mean, op: global-average-pooling}
                  - {name: classes, op: fully-connected, filters: 10, relu: false, weightDensity: 0.3}
                """);
        plugins = Files.createDirectory(temp.resolve("plugins"));
        Path hw = Installation.of(Class.forName("dev.isos.hw.HwPlugin"));
        Path baselines = Installation.of(Class.forName("dev.isos.baselines.BaselinesPlugin"));
        older = Map.of(hw, jar(temp.resolve("isos-hw.jar"), hw));
        left = List.of(baselines);
        jar(plugins.resolve("isos-baselines.jar"), baselines);
        Path example = compile(EXAMPLE.resolve("java"), "example");
        Path service = example.resolve(Installation.service());
        Files.createDirectories(service.getParent());
        Files.copy(EXAMPLE.resolve("resources").resolve(Installation.service()), service);
        jar(plugins.resolve("weight-stationary.jar"), example);
        try (Installation present = installation(Files.createDirectory(temp.resolve("nothing")))) {
            assertEquals(List.of(), present.problems());
            accelerators = new ArrayList<>(present.accelerators());
            accelerators.addAll(
                    List.of("isosceles:fidelity=analytical", "isosceles:fidelity=stepped:poolings=counted"));
            for (String each : accelerators) {
                EXPECTED.put(each, present.run(each));
            }
        }
    }

    @AfterAll
    static void letGo() {
        EXPECTED.clear();
    }

    /** Guards the others: with nothing to compare, or results that say nothing, they would pass. */
    @Test
    void everyAcceleratorIsCompared() {
        Set<Object> different = new HashSet<>();
        for (String each : List.of(
                "fused-layer",
                "isosceles",
                "isosceles:fidelity=analytical",
                "isosceles:fidelity=stepped:poolings=counted",
                "isosceles-optimal",
                "isosceles-single",
                "sparten",
                "sparten-ideal",
                "systolic-os",
                "systolic-ws",
                "weight-stationary")) {
            Map<?, ?> values = assertInstanceOf(Map.class, EXPECTED.get(each), () -> each + ": " + EXPECTED.get(each));
            assertTrue(values.keySet().containsAll(List.of("traffic", "energyPj", "outputSha256", "layers")), each);
            different.add(values.get("cycles"));
        }
        assertTrue(different.size() > 5, different.toString());
    }

    @Test
    void positionsThatHaveMovedAreFound() throws Exception {
        try (Installation newer = installation(moved(false, false))) {
            assertEquals(IsOsSchema.PHASES.size() - 1 - IsOsSchema.FRONTEND, newer.field(IsOsSchema.class, "FRONTEND"));
            assertEquals(IsOsSchema.SCHEMA.width() - 1 - IsOsSchema.VECTORS, newer.field(IsOsSchema.class, "VECTORS"));
            assertEquals(LayerWork.OWN - 1 - LayerWork.POST_OPS, newer.field(LayerWork.class, "POST_OPS"));
            assertEquals(List.of(), newer.problems());
            check(newer, accelerator -> false);
        }
    }

    /** One of a dataflow that is newer than its machine is refused: the machine cannot know what to do with it. */
    @Test
    void aNewPhaseMovesTheOthersAndIsRefusedByMachinesThatDoNotKnowIt() throws Exception {
        try (Installation newer = installation(moved(true, false))) {
            assertEquals(IsOsSchema.PHASES.size() - IsOsSchema.FRONTEND, newer.field(IsOsSchema.class, "FRONTEND"));
            Map<String, String> refused = check(newer, OF_HW);
            String sentence = refused.get("isosceles");
            assertTrue(
                    sentence.matches("accelerator isosceles: dataflow is-os and hardware isosceles do not fit together,"
                            + " missing is the phase 'another' in the hardware; they are of plug-in isos-core \\S+ and"
                            + " plug-in isos-hw \\S+"),
                    sentence);
        }
    }

    @Test
    void aNewCountMovesTheOthersAndIsRefusedByMachinesThatDoNotReadIt() throws Exception {
        try (Installation newer = installation(moved(false, true))) {
            assertEquals(2 + IsOsSchema.SCHEMA.width() - 1, newer.field(IsOsSchema.class, "PRODUCTS"));
            Map<String, String> refused = check(newer, OF_HW.or(ON_LAYER_WORK));
            String sentence = refused.get("weight-stationary");
            assertTrue(sentence.contains("a reader of the metric 'another'"), sentence);
            assertTrue(sentence.contains("plug-in weight-stationary"), sentence);
        }
    }

    @Test
    void aCountOfAnotherNameIsRefused() throws Exception {
        Path front = changed(
                IsOsSchema.class,
                text -> text.replace("WorkMetric(\"filterBufferBytes\"", "WorkMetric(\"filterBytes\"")
                        .replace("offset(\"filterBufferBytes\")", "offset(\"filterBytes\")"));
        try (Installation newer = installation(front)) {
            checkWithoutHw(newer);
            assertEquals(
                    "plug-in isos-hw (class path) failed while it registered (IsosException: isos-hw was compiled with"
                            + " another isos-core: count 'filterBufferBytes' of the dataflow is-os is gone; take both from"
                            + " one isos-bom); nothing of it is used",
                    newer.problems().get(0));
        }
    }

    @Test
    void aPositionThatIsGoneIsRefused() throws Exception {
        Path front = changed(IsOsSchema.class, text -> text.replace(" VECTORS =", " STEPS ="));
        try (Installation newer = installation(front)) {
            checkWithoutHw(newer);
            assertEquals(
                    "plug-in isos-hw (class path) failed while it registered (NoSuchFieldError: VECTORS); nothing of it is"
                            + " used",
                    newer.problems().get(0));
        }
    }

    @Test
    void anApiWithAHigherMinorNumberRunsOlderPlugins() throws Exception {
        try (Installation newer = installation(api(0, 2))) {
            assertEquals("0.2", String.valueOf(newer.field(ApiVersion.class, "CURRENT")));
            assertEquals(List.of(), newer.problems());
            check(newer, accelerator -> false);
        }
    }

    @Test
    void anApiWithAnotherMajorNumberRefusesOlderPlugins() throws Exception {
        try (Installation newer = installation(api(1, 0))) {
            for (String each : List.of("isos-hw (class path)", "isos-baselines (", "weight-stationary (")) {
                List<String> about = newer.problems().stream()
                        .filter(sentence -> sentence.startsWith("plug-in " + each))
                        .toList();
                assertEquals(1, about.size(), each);
                assertTrue(
                        about.get(0).endsWith(") was built against API 0.1, this is API 1.0; it is ignored"),
                        about.get(0));
            }
            assertEquals(List.of(), newer.accelerators());
        }
    }

    /** The other way round: jars that are newer than this API, or older. */
    @Test
    void jarsOfNewerApisAreRefusedAndOneOfAnOlderRuns() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("versions"));
        for (ApiVersion version : List.of(
                ApiVersion.CURRENT,
                new ApiVersion(ApiVersion.CURRENT.major(), 0),
                new ApiVersion(ApiVersion.CURRENT.major(), ApiVersion.CURRENT.minor() + 1),
                new ApiVersion(ApiVersion.CURRENT.major() + 1, 0))) {
            String name = "api" + version.major() + version.minor();
            Path sources = Files.createDirectories(temp.resolve(name).resolve(name));
            Files.writeString(sources.resolve("P.java"), """
                    package %1$s;
                    import dev.isos.api.accelerator.*;
                    import dev.isos.api.plugin.*;
                    public class P implements IsosPlugin {
                        public String id() { return "%1$s"; }
                        public ApiVersion builtAgainst() { return new ApiVersion(%2$d, %3$d); }
                        public void contribute(Registrar registrar) {
                            registrar.accelerator(new Accelerator("%1$s", "an accelerator", "is-os", "isosceles", "single"));
                        }
                    }
                    """.formatted(name, version.major(), version.minor()));
            Path classes = compile(sources.getParent(), name + "-classes");
            Path service = classes.resolve(Installation.service());
            Files.createDirectories(service.getParent());
            Files.writeString(service, name + ".P");
            jar(folder.resolve(name + ".jar"), classes);
        }
        Platform isos = IsosPlatform.load(Optional.of(folder));
        assertEquals(
                List.of(
                        "plug-in api02 (" + folder.resolve("api02.jar")
                                + ") was built against API 0.2, this is API 0.1; it is ignored",
                        "plug-in api10 (" + folder.resolve("api10.jar")
                                + ") was built against API 1.0, this is API 0.1; it is ignored"),
                isos.pluginProblems().stream().map(PluginProblem::sentence).toList());
        assertTrue(isos.accelerators().keySet().containsAll(List.of("api00", "api01")));
    }

    /**
     * Holds every accelerator to what it gave before; one that no version would run, to its refusal.
     *
     * @param refused the accelerators that must be refused; no other one may
     * @return the refusals
     */
    private static Map<String, String> check(Installation newer, Predicate<String> refused) throws Exception {
        Map<String, String> refusals = new TreeMap<>();
        for (String each : accelerators) {
            Object result = newer.run(each);
            if (refused.test(each)) {
                String sentence =
                        assertInstanceOf(Refusal.class, result, each + " runs").sentence();
                assertEquals(1, sentence.lines().count(), sentence);
                String plugin = OF_HW.test(each) ? "isos-hw" : each.equals("structured") ? "isos-baselines" : each;
                assertTrue(sentence.contains("plug-in " + plugin), each + ": " + sentence);
                refusals.put(each, sentence);
            } else {
                assertEquals(EXPECTED.get(each), result, each);
            }
        }
        return refusals;
    }

    /** Without isos-hw there is no energy table either: nothing runs, and all refusals name it. */
    private static void checkWithoutHw(Installation newer) throws Exception {
        for (String each : accelerators) {
            String sentence = assertInstanceOf(Refusal.class, newer.run(each), each + " runs")
                    .sentence();
            assertEquals(1, sentence.lines().count(), sentence);
            assertTrue(sentence.contains("plug-in isos-hw"), each + ": " + sentence);
        }
    }

    private static Installation installation(Path front) throws Exception {
        return new Installation(front, older, left, plugins, network);
    }

    private static Path moved(boolean newPhase, boolean newCount) throws IOException {
        Path sources = sources();
        for (Class<?> type : List.of(IsOsSchema.class, LayerWork.class)) {
            change(sources, type, text -> {
                // the two lists of the schema; others have their first entry on the same line
                String changed = text.replace("List.of(\n", "Moves.of(\n");
                assertEquals(3, changed.split("Moves\\.of\\(", -1).length, type.getName());
                return changed;
            });
            Files.writeString(
                    sources.resolve(file(type)).resolveSibling("Moves.java"),
                    MOVES.formatted(type.getPackageName(), newPhase, newCount));
        }
        return compile(sources, "front" + skews);
    }

    private static Path api(int major, int minor) throws IOException {
        return changed(
                ApiVersion.class,
                text -> text.replaceFirst(
                        "new ApiVersion\\(\\d+, \\d+\\)", "new ApiVersion(" + major + ", " + minor + ")"));
    }

    private static Path changed(Class<?> type, UnaryOperator<String> change) throws IOException {
        Path sources = sources();
        change(sources, type, change);
        return compile(sources, "front" + skews);
    }

    private static Path sources() throws IOException {
        return Files.createDirectory(temp.resolve("sources" + ++skews));
    }

    private static void change(Path sources, Class<?> type, UnaryOperator<String> change) throws IOException {
        String module =
                type == IsOsSchema.class ? "isos-core" : type == LayerWork.class ? "isos-plugin-support" : "isos-api";
        String text = Files.readString(REPOSITORY
                .resolve(module)
                .resolve(Path.of("src", "main", "java"))
                .resolve(file(type)));
        String changed = change.apply(text.replace("\r\n", "\n"));
        assertNotEquals(text, changed, type.getName());
        Path file = sources.resolve(file(type));
        Files.createDirectories(file.getParent());
        Files.writeString(file, changed);
    }

    private static String file(Class<?> type) {
        return type.getName().replace('.', '/') + ".java";
    }

    private static Path compile(Path sources, String into) throws IOException {
        Path classes = Files.createDirectory(temp.resolve(into));
        List<String> command = new ArrayList<>(
                List.of("-nowarn", "-proc:none", "-cp", Installation.CLASS_PATH, "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> command.add(file.toString()));
        }
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, messages, messages, command.toArray(String[]::new));
        assertEquals(0, code, messages.toString(StandardCharsets.UTF_8));
        return classes;
    }

    /** The jar of a module: a copy, or made of its classes. */
    private static Path jar(Path file, Path classes) throws IOException {
        if (!Files.isDirectory(classes)) {
            return Files.copy(classes, file);
        }
        try (Stream<Path> files = Files.walk(classes);
                OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                jar.putNextEntry(
                        new JarEntry(classes.relativize(each).toString().replace('\\', '/')));
                jar.write(Files.readAllBytes(each));
            }
        }
        return file;
    }
}
