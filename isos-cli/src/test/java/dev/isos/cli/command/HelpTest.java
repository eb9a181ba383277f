package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help and versions; none of them loads the platform. */
class HelpTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "reproduce",
                "run",
                "compare",
                "sweep",
                "sweep query",
                "diff",
                "plot",
                "map",
                "import",
                "export",
                "validate",
                "bench",
                "list",
                "schema",
                "new-plugin",
                "generate-completion"
            })
    void helpFitsEightyColumns(String command) {
        Invocation help = Invocation.of(null, (command + " --help").strip().split(" "));
        assertEquals(0, help.exitCode());
        assertEquals("", help.err());
        assertTrue(help.out().startsWith("Usage: isos"), help.out());
        assertAll(help.outLines().stream().map(line -> () -> assertTrue(line.length() <= 80, line)));
    }

    @Test
    void everyCommandHasExamplesThatItUnderstands() {
        CommandLine isos = IsosCommand.commandLine(new Session(
                new dev.isos.report.console.Console(System.out, System.err, java.util.Map.of(), false, false),
                p -> null));
        isos.getSubcommands().forEach((name, command) -> {
            if (name.equals("generate-completion")) {
                return;
            }
            List<String> examples = Examples.of(name);
            assertTrue(!examples.isEmpty(), name);
            String help = Invocation.of(null, name, "--help").out();
            // picocli warns on standard error of what is no format
            assertEquals(
                    examples,
                    Stream.of(command.getCommandSpec().usageMessage().footer())
                            .map(line -> String.format(line).strip())
                            .toList());
            for (String example : examples) {
                assertTrue(help.contains("  " + example), help);
                String[] words = example.split(" ");
                assertEquals("isos", words[0]);
                assertEquals(name, words[1]);
                isos.parseArgs(java.util.Arrays.copyOfRange(words, 1, words.length));
            }
        });
    }

    @Test
    void helpNamesEveryCommandAndNoOther() {
        assertEquals(
                List.of(
                        "reproduce",
                        "run",
                        "compare",
                        "sweep",
                        "diff",
                        "plot",
                        "map",
                        "import",
                        "export",
                        "validate",
                        "bench",
                        "list",
                        "schema",
                        "new-plugin",
                        "generate-completion"),
                List.copyOf(IsosCommand.commandLine(new Session(
                                new dev.isos.report.console.Console(
                                        System.out, System.err, java.util.Map.of(), false, false),
                                p -> null))
                        .getSubcommands()
                        .keySet()));
    }

    @Test
    void withoutACommandHelpGoesToStandardError() {
        Invocation none = Invocation.of(null);
        assertEquals(2, none.exitCode());
        assertEquals("", none.out());
        assertTrue(none.err().startsWith("Usage: isos"), none.err());
    }

    @Test
    void versionNamesTheApi() {
        Invocation version = Invocation.of(null, "--version");
        assertEquals(0, version.exitCode());
        assertTrue(version.out().startsWith("isos "), version.out());
        assertTrue(version.out().contains("plug-in API 0."), version.out());
    }

    @Test
    void completionKnowsTheOptions() {
        Invocation script = Invocation.of(null, "generate-completion");
        assertEquals(0, script.exitCode());
        assertTrue(script.out().contains("--label-offset"));
        assertTrue(script.out().contains("energy-models"));
    }
}
