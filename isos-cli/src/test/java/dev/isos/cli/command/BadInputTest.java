package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.plugin.PluginProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong: one sentence, the right exit code, nothing on standard output and nothing left behind. */
class BadInputTest {
    private static final String RUN = "run -w resnet50-81 -a isosceles ";

    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();

    private Invocation refused(String... args) {
        Invocation result = Invocation.of(isos, args);
        assertAll(
                () -> assertEquals(2, result.exitCode(), result.err()),
                () -> assertEquals("", result.out()),
                () -> assertEquals(1, result.errLines().size(), result.err()),
                () -> assertTrue(result.err().startsWith("isos: "), result.err()),
                () -> assertEquals(0, isos.runs.size(), "simulated before the input was checked"),
                () -> assertEquals(0, isos.unreleased()));
        return result;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rn | unknown command 'rn'; did you mean 'run'? (see 'isos --help')
                    run --acelerator isosceles -w x | unknown option '--acelerator'; did you mean '--accelerator'? (see 'isos run --help')
                    run -w x -a isosceles --verfy | unknown option '--verfy'; did you mean '--verify'? (see 'isos run --help')
                    run -a isosceles | missing --workload WORKLOAD (see 'isos run --help')
                    run -w x -a | missing --accelerator ID[:KEY=VALUE] (see 'isos run --help')
                    run -w x -a isosceles --seed 1.5 | invalid value for option '--seed': expected a whole number, got the fraction '1.5' (see 'isos run --help')
                    run -w x -a isosceles --threads two | invalid value for option '--threads': expected a whole number, got 'two' (see 'isos run --help')
                    run -w x -a isosceles --format jsn | invalid value for option '--format': expected one of table, json, csv, got 'jsn'; did you mean 'json'? (see 'isos run --help')
                    run -w x -a isosceles --preprocess cafe | invalid value for option '--preprocess': expected one of imagenet, caffe, tensorflow, got 'cafe'; did you mean 'caffe'? (see 'isos run --help')
                    run -w x -a isosceles --channel-order GBR | invalid value for option '--channel-order': expected one of RGB, BGR, got 'GBR' (see 'isos run --help')
                    list workload | invalid value for positional parameter at index 0 (KIND): expected one of workloads, accelerators, dataflows, hardware, mappings, energy-models, importers, exporters, plugins, got 'workload'; did you mean 'workloads'? (see 'isos list --help')
                    list plugins now | unexpected argument 'now' (see 'isos list --help')
                    reproduce --figure speedups | invalid value for option '--figure': expected one of all, paper, speedup, traffic, utilization, pipelines, energy, area, agreement, beyond, reuse, dataflow, sensitivity, got 'speedups'; did you mean 'speedup'? (see 'isos reproduce --help')
                    run -w resnet50-18 -a isosceles | unknown workload 'resnet50-18'; did you mean 'resnet50-98'?
                    compare -w resnet50-81,resnet51-90 -a isosceles | unknown workload 'resnet51-90'; did you mean 'resnet50-90'?
                    reproduce --workloads resnet50-8 | unknown workload 'resnet50-8'; did you mean 'resnet50-81'?
                    run -w resnet50-81 -a isoceles | unknown accelerator 'isoceles'; did you mean 'isosceles'?
                    map -w resnet50-81 -a spartan | unknown accelerator 'spartan'; did you mean 'sparten'?
                    compare -w resnet50-81 -a sparten --baseline sparta | --baseline 'sparta' is not among the accelerators; did you mean 'sparten'?
                    compare -w resnet50-81 -a isosceles:lanes --format csv | --accelerators isosceles:lanes: expected ID or ID:KEY=VALUE, got 'lanes' after 'isosceles'
                    compare -w resnet50-81 -a isosceles:lanes=1:lanes=2 | --accelerators isosceles:lanes=1:lanes=2: key 'lanes' is there twice
                    compare -w resnet50-81 -a isosceles,fused-layer --vary filterBufer=1MiB | --vary filterBufer=1MiB: no accelerator has the key 'filterBufer'; did you mean 'filterBuffer'?
                    compare -w resnet50-81 -a fused-layer --set filterBuffer=1MiB | --set filterBuffer=1MiB: no accelerator has the key 'filterBuffer'; known are mapping, fidelity, energy, hardware, lanes
                    compare -w resnet50-81 -a isosceles --vary filterBuffer=1MiB,1KB | --vary filterBuffer=1MiB,1KB: expected a size such as '32 KiB' or '1 MiB', got '1KB': its unit is none of B, GB, GiB, KiB, MB, MiB, kB
                    compare -w resnet50-81 -a isosceles --vary lanes=64..16 | --vary lanes=64..16: expected a range that grows from a value above 0, got '64..16'
                    compare -w resnet50-81 -a isosceles --vary lanes=1..2..3..4 | --vary lanes=1..2..3..4: expected FROM..TO, FROM..TO..STEP or FROM..TO..xFACTOR, got '1..2..3..4'
                    compare -w resnet50-81 -a isosceles --vary lanes=1..4096..1 | --vary lanes=1..4096..1: expected a range of at most 1000 values, got '1..4096..1'
                    compare -w resnet50-81 -a isosceles --vary lanes=1..999..1 --vary filterBuffer=1KiB..1MiB | more than 1000 configurations are asked for
                    compare -w resnet50-81 -a isosceles --vary scheduling=dynamic,statik | --vary scheduling=dynamic,statik: expected one of dynamic, static, got 'statik'
                    compare -w resnet50-81 -a isosceles --vary lanes=1 --set lanes=2 | --vary lanes=1: expected values of 'lanes' in one place, but it already has some from --set lanes=2
                    compare -w resnet50-81 -a isosceles --vary lanes | --vary lanes: expected KEY=VALUE,VALUE...
                    compare -w resnet50-81 -a isosceles --vary lanes=32,64 --baseline isosceles | --baseline 'isosceles' is not among the accelerators; known are isosceles:lanes=32, isosceles:lanes=64
                    run -w resnet50-81 -a isosceles --threads 0 | --threads expects 1 to 1024, got 0
                    bench --repeat 0 | --repeat expects 1 to 1000, got 0
                    bench --repeat x | invalid value for option '--repeat': expected a whole number, got 'x' (see 'isos bench --help')
                    bench --threads 0 | --threads expects 1 to 1024, got 0
                    bench --fidelity exact | --fidelity: expected event, stepped or analytical, got 'exact'
                    bench --fidelity stepped,analytical | --fidelity stepped,analytical: none of the accelerators has it
                    run -w resnet50-81 -a isosceles --label-offset 1 | --label-offset says nothing without --labels
                    run -w resnet50-81 -a isosceles --input-mean 1,2 | --input-mean expects one number or three with commas between, got '1,2': 2 numbers
                    run -w resnet50-81 -a isosceles --input-scale 1,x,2 | --input-scale expects one number or three with commas between, got '1,x,2': expected a number, got 'x'
                    run -w resnet50-81 -a isosceles --input-scale NaN | --input-scale expects one number or three with commas between, got 'NaN': expected a number, got 'NaN'
                    run -w resnet50-81 -a isosceles --input-scale 1,000,000 | --input-scale expects one number or three with commas between, got '1,000,000': expected a number, got '000': a number has no leading zero, which would make it octal to some
                    run -w resnet50-81 -a isosceles --seed 1_000 | invalid value for option '--seed': expected a whole number, got '1_000': a number has no underscore (see 'isos run --help')
                    run -w resnet50-81 -a isosceles --threads 1,2 | invalid value for option '--threads': expected a whole number, got '1,2': a number has no comma; its decimals stand behind a point, and its thousands are not set apart (see 'isos run --help')
                    run -w resnet50-81,resnet50-90 -a isosceles | --workload resnet50-81,resnet50-90: one is simulated here, 'isos compare' takes several
                    run -w resnet50-81 -a isosceles,sparten | --accelerator isosceles,sparten: one is simulated here, 'isos compare' takes several
                    run -w resnet50-81 -a isosceles:mapping=block --mapping greedy | --mapping greedy: key 'mapping' already has a value from --accelerator isosceles:mapping=block
                    run -w resnet50-81 -a isosceles:fidelity=event --fidelity event | --fidelity event: key 'fidelity' already has a value from --accelerator isosceles:fidelity=event
                    run -w resnet50-81 -a isosceles --fidelity event,stepped | --fidelity: expected event, stepped or analytical, got 'event,stepped'; one value belongs here, several are given by 'isos compare --vary fidelity=event,stepped' or in a sweep file
                    run -w resnet50-81 -a isosceles --fidelity analytical --verify | --verify compares outputs, but isosceles:fidelity=analytical only estimates and computes none
                    run -w resnet50-81 -a isosceles --cache c --no-cache | --cache c and --no-cache contradict each other
                    run -w resnet50-81 -a isosceles --trace d/t --timeline d/./t | --trace d/t and --timeline d/./t lead to one file (see 'isos run --help')
                    run -w resnet50-81 -a isosceles --trace t --out t | --trace t and --out t lead to one file (see 'isos run --help')
                    run -w resnet50-81 -a isosceles --trace t --out t/d | --trace t and --out t/d lead to one file (see 'isos run --help')
                    run -w resnet50-81 -a isosceles --out d --timeline d/results.csv | --out, which keeps d/results.csv for itself, and --timeline d/results.csv lead to one file (see 'isos run --help')
                    map -w resnet50-81 -a isosceles --energy horowitz-45nm | --energy does not apply to 'isos map', which shows no energy
                    map -w resnet50-81 -a isosceles --fidelity event | --fidelity says nothing without --simulate
                    compare -w resnet50-81 -a , | --accelerators: expected ID[:KEY=VALUE], got nothing in ',' (see 'isos compare --help')
                    compare -w resnet50-81, -a isosceles | --workloads: expected ID, got nothing in 'resnet50-81,' (see 'isos compare --help')
                    compare -w resnet50-81,resnet50-81 -a isosceles | --workloads: 'resnet50-81' is there twice (see 'isos compare --help')
                    compare -w resnet50-81 -a isosceles -a isosceles | --accelerators: 'isosceles' is there twice (see 'isos compare --help')
                    compare -w resnet50-81 -a isosceles:lanes=5,6 | --accelerators isosceles:lanes=5,6: '6' is no accelerator; one value belongs here, several are given by 'isos compare --vary lanes=5,6' or in a sweep file
                    compare -w resnet50-81 -a isosceles --set lanes=5,6 | --set lanes=5,6: expected a whole number, got '5,6': a number has no comma; its decimals stand behind a point, and its thousands are not set apart; one value belongs here, several are given by 'isos compare --vary lanes=5,6' or in a sweep file
                    compare -w resnet50-81 -a isosceles --set lanes=1..16 | --set lanes=1..16: got a range; one value belongs here, several are given by 'isos compare --vary lanes=1..16' or in a sweep file
                    compare -w resnet50-81 -a isosceles:lanes=32 --set lanes=16 | --set lanes=16: changes nothing, since each accelerator that has the key 'lanes' is given a value of its own
                    compare -w resnet50-81 -a isosceles --vary lanes=4,4 | --vary lanes=4,4: '4' is there twice
                    compare -w resnet50-81 -a isosceles --vary lanes=1,000 | --vary lanes=1,000: expected a whole number, got '000': a number has no leading zero, which would make it octal to some
                    schema run --plugins d | --plugins does not apply to 'schema run', which plug-ins do not change
                    run -w resnet50-81 -a isosceles --image /no/cat.png | --image /no/cat.png does not exist
                    run -w resnet50-81 -a isosceles --image / | --image / is not a file
                    run -w resnet50-81 -a isosceles --labels /no/labels.txt | --labels /no/labels.txt does not exist
                    run -w resnet50-81 -a isosceles --labels / | --labels / is a folder, pipe or device, expected a regular file
                    run -w resnet50-81 -a isosceles --plugins /no/jars | --plugins /no/jars is not a folder
                    run -w resnet50-81 -a isosceles --trace /no/such/trace.json | cannot write --trace /no/such/trace.json: no such folder
                    run -w resnet50-81 -a isosceles --trace / | cannot write --trace /: it is a folder
                    run -w resnet50-81 -a isosceles --timeline / | cannot write --timeline /: it is a folder
                    run -w resnet50-81 -a isosceles --trace-events 9 | --trace-events says nothing without --trace
                    run -w resnet50-81 -a isosceles --trace t --trace-events 9 | --trace-events is 9, expected 1000 or more
                    """)
    void aSentenceSaysWhat(String args, String sentence) {
        assertEquals("isos: " + sentence, refused(args.split(" ")).err().strip());
    }

    @Test
    void presetAndExplicitPreprocessingContradict() {
        assertTrue(refused((RUN + "--preprocess caffe --input-scale 2").split(" "))
                .err()
                .contains("cannot be given with it"));
    }

    @Test
    void labelsMustBeTextWithANameForEveryClass() throws IOException {
        Path labels = folder.resolve("labels.txt");
        String[] run = (RUN + "--labels " + labels + " --label-offset").split(" ");
        Files.write(labels, new byte[] {'a', (byte) 0xFF, '\n'});
        assertEquals(
                "isos: --labels " + labels + " cannot be read as text in UTF-8\n",
                refused(with(run, "0")).err());
        Files.writeString(labels, " \n\n");
        assertEquals(
                "isos: --labels " + labels + " is empty, expected one name a line\n",
                refused(with(run, "0")).err());
        Files.writeString(labels, "name\n".repeat(FakeIsos.CLASSES));
        assertEquals(
                "isos: class 9 of tiny is line 11 of --labels " + labels
                        + " with --label-offset 1, but the file has lines 1 to 10\n",
                refused(with(run, "1")).err());
        assertEquals(
                "isos: class 0 of tiny is line 0 of --labels " + labels
                        + " with --label-offset -1, but the file has lines 1 to 10\n",
                refused(with(run, "-1")).err());
        isos.classifier = false;
        assertTrue(refused(with(run, "0")).err().contains("the output of tiny is of shape 10x3x3"));
    }

    private static String[] with(String[] args, String last) {
        return Stream.concat(Stream.of(args), Stream.of(last)).toArray(String[]::new);
    }

    @Test
    void labelsFromADeviceAreRefused() {
        Path zeros = Path.of("/dev/zero");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(zeros));
        assertTrue(refused((RUN + "--labels " + zeros).split(" "))
                .err()
                .contains("is a folder, pipe or device, expected a regular file"));
    }

    @Test
    void anOutputFolderThatCannotBeWrittenIsToldBeforeSimulating() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (String command : List.of(RUN, "compare -w resnet50-81 -a isosceles ", "reproduce ")) {
            assertEquals(
                    "isos: cannot write to --out " + file + ": it is a file\n",
                    refused((command + "--out " + file).split(" ")).err());
            assertEquals(
                    "isos: cannot write to --out " + file + "/a/b: " + file + " is a file\n",
                    refused((command + "--out " + file + "/a/b").split(" ")).err());
        }
        Files.createDirectories(folder.resolve("taken/results.json"));
        assertTrue(refused((RUN + "--out " + folder.resolve("taken")).split(" "))
                .err()
                .contains("its results.json is a folder"));
        assertEquals("mine", Files.readString(file));
        assertEquals(List.of("file", "taken", "taken/results.json"), tree());
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        isos.failures.put("resnet50-90", new IsosException(ErrorCode.SIMULATION_FAILED, "it\n deadlocked"));
        Invocation failed = Invocation.of(
                isos, "compare", "-w", "resnet50-81,resnet50-90", "-a", "isosceles", "-q", "--out", folder + "/a/b");
        assertEquals(new Invocation(1, "", "isos: it deadlocked\n"), failed);
        isos.failures.put("resnet50-81", new IsosException(ErrorCode.BAD_INPUT, "bad"));
        Invocation.of(
                isos, "run", "-w", "resnet50-81", "-a", "sparten", "--trace", folder + "/t", "--out", folder + "/o");
        assertEquals(List.of(), tree());
        assertEquals(0, isos.unreleased());
    }

    @Test
    void theFirstFailureInOrderIsTold() {
        for (int i = 1; i < FakeIsos.WORKLOADS.size(); i += 2) {
            isos.failures.put(
                    FakeIsos.WORKLOADS.get(i), new IsosException(ErrorCode.SIMULATION_FAILED, "failure " + i));
        }
        for (String threads : List.of("1", "2", "6")) {
            Invocation failed = Invocation.of(isos, "reproduce", "-q", "--threads", threads);
            assertEquals(new Invocation(1, "", "isos: failure 1\n"), failed);
        }
    }

    @Test
    void stackTracesOnlyWhenAskedFor() {
        isos.failures.put("resnet50-81", new IllegalStateException("oops"));
        Invocation quiet = Invocation.of(isos, RUN.split(" "));
        assertEquals(
                new Invocation(
                        1,
                        "",
                        "isos: unexpected IllegalStateException: oops; please report it with the command line and what"
                                + " the command prints with -v\n"),
                quiet);
        Invocation verbose = Invocation.of(isos, (RUN + "-v").split(" "));
        assertEquals(1, verbose.exitCode());
        assertTrue(verbose.err().contains("\tat "), verbose.err());
    }

    @Test
    void errorsOfTheJvmAreTold() {
        isos.failures.put("resnet50-81", new OutOfMemoryError("Java heap space"));
        Invocation memory = Invocation.of(isos, RUN.split(" "));
        assertEquals(1, memory.exitCode());
        assertTrue(memory.err().startsWith("isos: out of memory with a heap of "), memory.err());
        assertEquals(memory, Invocation.of(isos, "reproduce", "-q"));
        isos.failures.put("resnet50-81", new StackOverflowError());
        Invocation stack = Invocation.of(isos, RUN.split(" "));
        assertEquals(1, stack.exitCode());
        assertTrue(stack.err().startsWith("isos: unexpected StackOverflowError"), stack.err());
        assertEquals(1, stack.errLines().size());
    }

    @Test
    void whatIsNotVerifiedFails() throws IOException {
        isos.verified = false;
        for (String command : List.of("reproduce", RUN + "--verify", "compare -w resnet50-81 -a sparten --verify")) {
            Invocation failed = Invocation.of(isos, (command + " -q --out " + folder.resolve("out")).split(" "));
            assertEquals(1, failed.exitCode(), failed.err());
            assertEquals("", failed.out());
            assertTrue(failed.err().contains("was not verified"), failed.err());
        }
        assertEquals(List.of(), tree());
        Invocation unasked = Invocation.of(isos, RUN.split(" "));
        assertEquals(0, unasked.exitCode(), unasked.err());
        assertTrue(unasked.out().contains("verified     no"), unasked.out());
    }

    @Test
    void anUnwritableCacheIsAWarning() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Invocation run = Invocation.of(isos, Map.of("ISOS_CACHE", file + "/cache"), RUN.split(" "));
        assertEquals(0, run.exitCode());
        assertEquals(
                "isos: warning: the cache folder " + file
                        + "/cache cannot be written (a file is in the way), so nothing is cached",
                run.errLines().get(0));
        assertTrue(isos.requests.get(0).cacheDirectory().isEmpty());
        assertFalse(Invocation.of(isos, Map.of("ISOS_CACHE", file + "/cache"), (RUN + "--no-cache").split(" "))
                .err()
                .contains("warning"));
    }

    @Test
    void problemsOfPluginsAreWarnings() {
        isos.problems.add(new PluginProblem("x.jar", "x.jar", "plug-in x.jar has no services file"));
        Invocation list = Invocation.of(isos, "list", "plugins");
        assertEquals(0, list.exitCode());
        assertEquals("isos: warning: plug-in x.jar has no services file\n", list.err());
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder))
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }
}
