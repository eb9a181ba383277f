package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole processes that are killed, meet each other, or find no room; -Disos.all kills more of them. */
class DurabilityTest {
    private static final int KILLS = System.getProperty("isos.all") == null ? 10 : 100;

    @TempDir
    private Path folder;

    private String spec;

    @BeforeEach
    void write() throws IOException {
        spec = Files.writeString(folder.resolve("sweep.yaml"), """
                workloads: %s
                accelerators: isosceles
                parameters: {schedulingPeriod: 1..60..1}
                """.formatted(
                                Path.of("../docs/examples/network.yaml").toAbsolutePath()))
                .toString();
    }

    /** Files beside the specification. */
    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("std") && !name.equals("sweep.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private Process start(String shell, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        if (!shell.isEmpty()) {
            command.addAll(List.of("bash", "-c", shell, "bash"));
        }
        command.addAll(command(args));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    private Invocation run(String shell, String... args) throws IOException, InterruptedException {
        Process process = start(shell, args);
        assertTrue(process.waitFor(10, TimeUnit.MINUTES));
        return new Invocation(
                process.exitValue(),
                Files.readString(folder.resolve("stdout")),
                Files.readString(folder.resolve("stderr")));
    }

    private String[] sweep() {
        return new String[] {
            "sweep",
            spec,
            "-q",
            "--threads",
            "1",
            "--no-cache",
            "--format",
            "csv",
            "--store",
            folder + "/store",
            "--out",
            folder + "/out"
        };
    }

    @Test
    void killedAtAnyMomentASweepGoesOnToTheSameResult() throws IOException, InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("moments of death by seed " + seed);
        Random random = new Random(seed);
        int killed = 0;
        Path points = folder.resolve("store/points.jsonl");
        for (int i = 0; i < KILLS; i++) {
            Process process = start("", sweep());
            if (i == 0) { // half way, however fast the machine is
                while (Files.notExists(points) || Files.size(points) == 0) {
                    assertTrue(process.isAlive(), Files.readString(folder.resolve("stderr")));
                    Thread.sleep(5);
                }
            } else {
                process.waitFor(400 + random.nextInt(1400), TimeUnit.MILLISECONDS);
            }
            killed += process.destroyForcibly().waitFor() == 0 ? 0 : 1;
            assertFalse(
                    Files.exists(folder.resolve("out")) && Files.notExists(folder.resolve("out/report.html")),
                    "half a result");
        }
        assertTrue(killed > 0, "seed " + seed);
        Invocation resumed = run("", sweep());
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(List.of("out", "store"), left());
        String csv = Files.readString(folder.resolve("out/results.csv"));
        // each point once: none that was kept was done again
        List<String> rows = rows("store");
        assertEquals(60, rows.size());
        Invocation fresh = run("", sweep("/out", "/fresh"));
        assertEquals(resumed.out(), fresh.out());
        assertEquals(rows("fresh"), rows, "seed " + seed);
        assertEquals(csv, Files.readString(folder.resolve("out/results.csv")));
    }

    /** The rows of a store in the order of their ids. */
    private List<String> rows(String store) throws IOException {
        return Files.readAllLines(folder.resolve(store).resolve("points.jsonl")).stream()
                .sorted()
                .toList();
    }

    @Test
    void asSoonAsAnotherProcessWritesTheSameASentenceSaysSo() throws IOException, InterruptedException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path points = folder.resolve("store/points.jsonl");
        Path longer = Files.writeString(
                first.resolve("longer.yaml"), Files.readString(Path.of(spec)).replace("1..60..1", "1..200..1"));
        String[] sweep = sweep();
        sweep[1] = longer.toString();
        Process running = new ProcessBuilder(command(sweep))
                .redirectErrorStream(true)
                .redirectOutput(first.resolve("out").toFile())
                .start();
        try {
            while (Files.notExists(points)) {
                assertTrue(running.isAlive(), Files.readString(first.resolve("out")));
                Thread.sleep(20);
            }
            // held where it is, with all of its points before it, it can't finish before the others have met it
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-STOP", Long.toString(running.pid()))
                            .start()
                            .waitFor());
            String sameOut = "isos: cannot write to --out " + folder
                    + "/out: another process of Isos, or this one, is writing it\n";
            assertEquals(new Invocation(2, "", sameOut), run("", sweep("/out", "/store2")));
            String sameStore = "isos: cannot write store " + folder
                    + "/store: another process of Isos, or this one, is writing it\n";
            assertEquals(new Invocation(2, "", sameStore), run("", sweep("/out2", "/store")));
        } finally {
            running.destroyForcibly().waitFor();
        }
        Invocation next = run("", sweep());
        assertEquals(0, next.exitCode(), next.err());
        assertEquals(List.of("first", "out", "store"), left());
    }

    private String[] sweep(String out, String store) {
        String text = String.join("\u0000", sweep()).replace(folder + "/out", folder + out);
        String[] args = text.replace(folder + "/store", folder + store).split("\u0000");
        return args;
    }

    private static List<String> command(String... args) {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        java.addAll(List.of(args));
        return java;
    }

    /** A limit on the size of files fails a write as a full disk does, and needs no disk. */
    @Test
    void whereThereIsNoRoomTheFileIsNamedAndWhatWasFinishedIsKept() throws IOException, InterruptedException {
        String limit = "ulimit -f 24; exec \"$@\"";
        Invocation full = run(limit, sweep());
        assertEquals(2, full.exitCode(), full.err());
        assertEquals(
                "isos: cannot write store " + folder + "/store: it would be larger than files may be; what was"
                        + " finished before is kept, and the same sweep goes on from there\n",
                full.err());
        assertEquals("", full.out());
        assertEquals(List.of("store"), left());
        Path points = folder.resolve("store/points.jsonl");
        String kept = Files.readString(points, StandardCharsets.UTF_8);
        assertTrue(kept.endsWith("}\n"), "ends with a whole line");
        Invocation resumed = run("", sweep());
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(Files.readString(points).startsWith(kept));
        assertEquals(60, rows("store").size());
        String network =
                Path.of("../docs/examples/network.yaml").toAbsolutePath().toString();
        for (String option : List.of("--trace", "--timeline", "--out")) {
            Invocation refused = run(
                    "ulimit -f 1; exec \"$@\"",
                    "run",
                    "-w",
                    network,
                    "-a",
                    "isosceles",
                    "-q",
                    "--no-cache",
                    option,
                    folder + "/x");
            assertEquals(2, refused.exitCode(), refused.err());
            assertEquals(
                    "isos: cannot write " + (option.equals("--out") ? "to " : "") + option + " " + folder
                            + "/x: it would be larger than files may be\n",
                    refused.err());
            assertEquals(List.of("out", "store"), left());
        }
        Invocation stored = run("ulimit -f 1; exec \"$@\"", "import", network, "--no-cache", "-o", folder + "/x.isos");
        assertEquals("isos: cannot write " + folder + "/x.isos: it would be larger than files may be\n", stored.err());
        assertEquals(2, stored.exitCode());
        assertEquals(List.of("out", "store"), left());
    }

    @Test
    void aReaderThatGoesIsNoFailure() throws IOException, InterruptedException {
        Invocation head = run("\"$@\" | head -1 >&2; exit ${PIPESTATUS[0]}", "list", "workloads");
        assertEquals(0, head.exitCode());
        assertEquals(1, head.errLines().size(), head.err());
    }
}
