package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.report.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What no option of any command may be, for each that there is: empty, given twice, an odd number. */
class EveryOptionTest {
    /** What each command needs; FOLDER stands for a folder of the test. */
    private static final Map<String, List<String>> NEEDED = Map.ofEntries(
            Map.entry("reproduce", List.of()),
            Map.entry("run", List.of("--workload", "resnet50-81", "--accelerator", "isosceles")),
            Map.entry("compare", List.of("--workloads", "resnet50-81", "--accelerators", "isosceles")),
            Map.entry("sweep", List.of("FOLDER/spec.yaml")),
            Map.entry("diff", List.of("FOLDER/in.fake", "FOLDER/in.fake")),
            Map.entry("plot", List.of("FOLDER/in.fake")),
            Map.entry("map", List.of("--workload", "resnet50-81", "--accelerator", "isosceles")),
            Map.entry("import", List.of("resnet50-81", "--output", "FOLDER/a.fake")),
            Map.entry("export", List.of("--workload", "resnet50-81", "--output", "FOLDER/a.fake")),
            Map.entry("validate", List.of()),
            Map.entry("bench", List.of()),
            Map.entry("list", List.of("workloads")),
            Map.entry("schema", List.of("hardware")),
            Map.entry("new-plugin", List.of("FOLDER/in.fake")),
            Map.entry("generate-completion", List.of()));

    private static final List<String> ODD = List.of(
            "1,5",
            "1_0",
            "1 0",
            "012",
            "0x10",
            "1:30",
            "1.5",
            "1e999999999",
            "NaN",
            "Infinity",
            "five",
            "5 lanes",
            "\u0665",
            "9".repeat(5000),
            "99999999999999999999");

    @TempDir
    Path folder;

    private final FakeIsos isos = new FakeIsos();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("spec.yaml"), "workloads: resnet50-81\naccelerators: isosceles\n");
        Files.writeString(folder.resolve("in.fake"), "in");
    }

    private static CommandLine commandLine() {
        Console silent = new Console(System.out, System.err, Map.of(), false, false);
        return IsosCommand.commandLine(new Session(silent, plugins -> null));
    }

    static Stream<Arguments> options() {
        return commandLine().getSubcommands().values().stream()
                .flatMap(command -> command.getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .map(option -> Arguments.of(command.getCommandName(), option.longestName(), option)));
    }

    @Test
    void everyCommandIsHere() {
        CommandLine all = commandLine();
        assertEquals(NEEDED.keySet(), all.getSubcommands().keySet());
    }

    private void refused(String command, String option, List<String> given) {
        List<String> words = new ArrayList<>(List.of(command));
        List<String> needed = NEEDED.get(command);
        for (int i = 0; i < needed.size(); i++) {
            if (needed.get(i).equals(option)) {
                i++;
            } else {
                words.add(needed.get(i).replace("FOLDER", folder.toString()));
            }
        }
        words.addAll(given);
        Invocation result = Invocation.of(isos, words.toArray(String[]::new));
        String shown = words + ": " + result.err();
        assertEquals(2, result.exitCode(), shown);
        assertEquals("", result.out(), shown);
        assertEquals(1, result.errLines().size(), shown);
        assertTrue(result.err().contains(option), shown);
        assertTrue(result.err().length() < 500, shown);
        assertEquals(0, isos.runs.size(), shown);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("options")
    void isRefusedWhereItIsEmptyTwiceOrOdd(String command, String name, OptionSpec option) {
        boolean flag = option.arity().max() == 0;
        if (!flag) {
            refused(command, name, List.of(name, ""));
            refused(command, name, List.of(name, " "));
            refused(command, name, List.of(name + "="));
        }
        if (!option.splitRegex().isEmpty()) {
            refused(command, name, List.of(name, ","));
            refused(command, name, List.of(name, "a,"));
            refused(command, name, List.of(name, ",a"));
            refused(command, name, List.of(name, "a, a"));
        }
        String some = flag ? null : some(option);
        refused(command, name, flag ? List.of(name, name) : List.of(name, some, name, some));
        if (option.type() == int.class || option.type() == long.class || option.type() == Integer.class) {
            ODD.forEach(odd -> refused(command, name, List.of(name, odd)));
        }
    }

    /** Some value that the option's type takes. */
    private static String some(OptionSpec option) {
        Class<?> type = option.type();
        if (type.isEnum()) {
            return type.getEnumConstants()[0].toString();
        }
        return type == int.class || type == long.class || type == Integer.class ? "7" : "x";
    }

    @Test
    void linksToOneFileAreOneFile() throws IOException {
        Files.createDirectory(folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("in.link"), folder.resolve("in.fake"));
        refused("run", "--timeline", List.of("--trace", folder + "/real/t", "--timeline", folder + "/link/t"));
        refused("run", "--trace", List.of("--out", folder + "/link", "--trace", folder + "/real/results.json"));
        refused("sweep", "--store", List.of("--store", folder + "/real/../spec.yaml"));
        for (String output : List.of("in.fake", "./in.fake", "in.link")) {
            Invocation result = Invocation.of(isos, "import", folder + "/in.fake", "-o", folder + "/" + output);
            assertEquals(2, result.exitCode(), result.err());
            assertTrue(result.err().contains("would replace what MODEL reads"), result.err());
            assertEquals("in", Files.readString(folder.resolve("in.fake")));
        }
    }

    /** Options that say nothing about a workload are refused, and those that do are not. */
    @ParameterizedTest
    @CsvSource({
        "network.yaml, --image cat.png, false",
        "network.yaml, --preprocess caffe, false",
        "network.yaml, --input-mean 1, false",
        "network.yaml, --input-scale 1, false",
        "network.yaml, --channel-order RGB, false",
        "network.yaml, --calibration minmax, false",
        "network.yaml, --seed 1, true",
        "network.yaml, --prune magnitude:0.5, true",
        "topology.csv, --preprocess caffe, false",
        "topology.csv, --calibration minmax, false",
        "topology.csv, --seed 1, true",
        "network.isos, --seed 1, false",
        "network.isos, --prune magnitude:0.5, false",
        "network.isos, --prune none, true",
        "network.isos, --calibration minmax, false",
        "network.isos, --input-scale 2, false",
        "resnet50-96, --calibration minmax, false",
        "resnet50-96, --prune magnitude:0.5, false",
    })
    void doesNotApply(String workload, String option, boolean applies) throws IOException {
        Platform real = IsosPlatform.load(Optional.empty());
        Path photo = Files.writeString(folder.resolve("cat.png"), "no photo");
        Files.writeString(
                folder.resolve("network.yaml"),
                "input: {shape: [4, 8, 8]}\nlayers:\n  - {name: a, op: convolution, filters: 4}\n");
        Files.writeString(folder.resolve("topology.csv"), "a,8,8,3,3,4,6,1,\n");
        Path file = folder.resolve(workload);
        if (workload.endsWith(".isos")) {
            Invocation made =
                    Invocation.of(real, "import", folder + "/network.yaml", "-o", file.toString(), "--no-cache");
            assertEquals(0, made.exitCode(), made.err());
        }
        List<String> words = new ArrayList<>(
                List.of("run", "-q", "--no-cache", "-a", "isosceles", "-w", Files.exists(file) ? file + "" : workload));
        words.addAll(List.of(option.replace("cat.png", photo.toString()).split(" ")));
        Invocation result = Invocation.of(real, words.toArray(String[]::new));
        String name = option.substring(0, option.indexOf(' '));
        assertEquals(applies ? 0 : 2, result.exitCode(), result.err());
        assertEquals(!applies, result.err().contains(name + " does not apply to "), result.err());
    }
}
