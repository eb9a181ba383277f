package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code isos sweep query}. */
class SweepQueryTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();
    private String store;

    @BeforeEach
    void sweepOnce() throws IOException {
        store = folder.resolve("store").toString();
        String spec = Files.writeString(folder.resolve("spec.yaml"), """
                        workloads: [resnet50-81, resnet50-90]
                        accelerators: isosceles
                        parameters: {lanes: [1, 32, 64], filterBuffer: [1 MiB, 512 KiB], scheduling: static}
                        """).toString();
        Invocation sweep = Invocation.of(isos, "sweep", spec, "-q", "--store", store);
        assertEquals(0, sweep.exitCode(), sweep.err());
    }

    private Invocation query(String... words) {
        List<String> all = new ArrayList<>(List.of("sweep", "query", store));
        all.addAll(List.of(words));
        return Invocation.of(null, all.toArray(String[]::new));
    }

    private String ok(String... words) {
        Invocation answer = query(words);
        assertEquals(0, answer.exitCode(), answer.err());
        assertEquals("", answer.err());
        return answer.out();
    }

    @Test
    void parametersAndResultsAreColumns() throws IOException {
        String sql = "select workload, lanes, filterBuffer, scheduling, cycles, energyPj_total from points"
                + " where failure is null and lanes = 32 order by workload desc, filterBuffer";
        assertEquals(
                List.of(
                        "workload,lanes,filterBuffer,scheduling,cycles,energyPj_total",
                        "resnet50-90,32,524288,static," + cycles("resnet50-90", 32) + ",6600000.0",
                        "resnet50-90,32,1048576,static," + cycles("resnet50-90", 32) + ",6600000.0",
                        "resnet50-81,32,524288,static," + cycles("resnet50-81", 32) + ",6600000.0",
                        "resnet50-81,32,1048576,static," + cycles("resnet50-81", 32) + ",6600000.0"),
                ok(sql, "--format", "csv").lines().toList());
        JsonNode failed = MAPPER.readTree(ok(
                "select failure, reason, lanes, cycles, count(*) as points from points where failure is not null group by all",
                "--format",
                "json"));
        assertEquals(
                MAPPER.readTree("[{\"failure\": \"INFEASIBLE\", \"reason\": \"conv0 does not fit\", \"lanes\": 1,"
                        + " \"cycles\": null, \"points\": 4}]"),
                failed);
        assertEquals(
                List.of(
                        "lanes     best",
                        "    1",
                        "   32  " + cycles("resnet50-81", 32),
                        "   64  " + cycles("resnet50-81", 64)),
                ok("select lanes, min(cycles) as best from points group by lanes order by lanes")
                        .lines()
                        .toList());
    }

    private static long cycles(String workload, int lanes) {
        return 1_234_567L * (1 + FakeIsos.WORKLOADS.indexOf(workload)) * 64 / lanes;
    }

    /** The documented table is the real one. */
    @Test
    void everyColumnIsDocumented() throws IOException {
        JsonNode columns = MAPPER.readTree(ok("describe points", "--format", "json"));
        String documented = Files.readString(Path.of("../docs/store.md"));
        for (JsonNode column : columns) {
            String name = column.get("column_name").asText();
            if (!List.of("lanes", "filterBuffer", "scheduling").contains(name)) {
                assertTrue(
                        documented.contains("| `" + name + "` | "
                                + column.get("column_type").asText()),
                        name);
            }
        }
        assertEquals(
                columns.size() - 3,
                documented
                        .lines()
                        .filter(line -> line.matches("\\| `\\w+` \\| [A-Z]+ \\|.*"))
                        .count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"points.csv", "points.parquet"})
    void exportsHoldWhatTheQueryGives(String name) throws IOException {
        Path file = folder.resolve(name);
        assertEquals("", ok("select lanes, cycles from points order by cycles, lanes;", "-o", file.toString()));
        if (name.endsWith(".csv")) {
            assertEquals(
                    ok("select lanes, cycles from points order by cycles, lanes", "--format", "csv")
                            .lines()
                            .toList(),
                    Files.readAllLines(file));
        } else {
            byte[] bytes = Files.readAllBytes(file);
            byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
            assertArrayEquals(magic, Arrays.copyOf(bytes, 4));
            assertArrayEquals(magic, Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length));
        }
        // again over what is there; and all of the table
        assertEquals("", ok("-o", file.toString()));
        assertTrue(Files.size(file) > 1000);
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(3, left.count());
        }
    }

    @Test
    void aQueryMayNotTakeAllMemory() {
        assertEquals(
                "memory_limit\r\n3.0 GiB\r\n",
                ok("select current_setting('memory_limit') as memory_limit", "--format", "csv"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    selct 1                                    | query: Parser Error: syntax error at or near "selct"
                    select cycle from points                   | query: Binder Error: Referenced column "cycle" not found in FROM clause! Candidate bindings: "cycles", "accelerator", "accelerator_id", "accelerator_name", "accelerator_mapping"
                    select * from point                        | query: Catalog Error: Table with name point does not exist! Did you mean "points"?
                    drop table points                          | query: expected a SELECT or another statement with a result
                    /* nothing */                              | query: Invalid Input Error: No statements to execute.
                    select * from read_csv('/etc/passwd')      | query: Permission Error: Cannot access file "/etc/passwd" - file system operations are disabled by configuration
                    select * from glob('/*')                   | query: Permission Error: Cannot access file "/*" - file system operations are disabled by configuration
                    copy points to 'FOLDER/x.csv'              | query: Permission Error: Cannot access file "FOLDER/x.csv" - file system operations are disabled by configuration
                    attach 'FOLDER/x.db'                       | query: Permission Error: Cannot access file "FOLDER/x.db" - file system operations are disabled by configuration
                    set enable_external_access = true          | query: Invalid Input Error: Cannot change configuration option ""enable_external_access"" - the configuration has been locked
                    load httpfs                                | query: Permission Error: Loading external extensions is disabled through configuration
                    """)
    void whatAQueryMayNotIsOneSentence(String sql, String sentence) throws IOException {
        byte[] rows = Files.readAllBytes(Path.of(store, "points.jsonl"));
        for (List<String> output : List.of(List.<String>of(), List.of("-o", folder + "/y.csv"))) {
            List<String> words = new ArrayList<>(List.of(sql.replace("FOLDER", folder.toString())));
            words.addAll(output);
            Invocation refused = query(words.toArray(String[]::new));
            assertEquals("isos: " + sentence.replace("FOLDER", folder.toString()) + "\n", refused.err());
            assertEquals(2, refused.exitCode());
            assertEquals("", refused.out());
        }
        assertArrayEquals(rows, Files.readAllBytes(Path.of(store, "points.jsonl")));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count());
        }
    }

    /** An export may write its own file, whatever the query says. */
    @Test
    void aQueryDoesNotBreakOutOfAnExport() throws IOException {
        Path other = folder.resolve("other.csv");
        Invocation refused = query("select 1) to '" + other + "'; copy (select 2", "-o", folder + "/y.csv");
        assertEquals(2, refused.exitCode());
        assertEquals(1, refused.errLines().size(), refused.err());
        assertFalse(Files.exists(other));
        assertFalse(Files.exists(folder.resolve("y.csv")));
    }

    /** None of them takes more memory than there is, or loses a value. */
    @Test
    void whatDoesNotFitIsOneSentence() {
        refused(
                "query: expected a result of at most 5000000 rows; add a LIMIT, or write them to a file",
                "select * from range(1000000000000)");
        refused(
                "query: two columns are called 'a'; expected a name for each (AS) in JSON",
                "select 1 as a, 2 as a",
                "--format",
                "json");
        refused("SQL: expected SQL, got nothing (see 'isos sweep query --help')", "");
        assertEquals("b\n2\n", ok("select 1 as a; select 2 as b"));
    }

    @Test
    void aDeviceInPlaceOfTheRowsIsRefused() throws IOException {
        Path rows = Path.of(store, "points.jsonl");
        Files.delete(rows);
        Files.createSymbolicLink(rows, Path.of("/dev/zero"));
        String sentence = rows + " is a pipe or device, expected a regular file";
        refused(sentence, "select 1");
        Invocation again =
                Invocation.of(isos, "sweep", folder.resolve("spec.yaml").toString(), "-q", "--store", store);
        assertEquals("isos: " + sentence + "\n", again.err());
        assertEquals(2, again.exitCode());
    }

    @Test
    void whatIsWrongWithStoreOrFileIsOneSentence() throws IOException {
        refused(
                "cannot export to " + folder + "/x.txt: expected a name that ends in .csv or .parquet",
                "-o",
                folder + "/x.txt");
        refused("cannot write " + folder + "/no/x.csv: no such file or folder", "-o", folder + "/no/x.csv");
        String good = store;
        store = folder + "/nothing";
        refused("there is no store of a sweep in " + store, "select 1");
        store = Files.createDirectory(folder.resolve("empty")).toString();
        refused("there is no store of a sweep in " + store, "select 1");
        store = folder + "/spec.yaml";
        refused("store " + store + " is no folder", "select 1");
        Path header = Path.of(good, "store.json");
        Files.writeString(header, Files.readString(header).replace(":1}", ":7}"));
        store = good;
        refused(
                "store " + store
                        + " has version 7 of the format, but only 1 is read; in another folder the sweep starts anew",
                "select 1");
        Invocation none = Invocation.of(null, "sweep", "query");
        assertEquals("isos: missing STORE (see 'isos sweep query --help')\n", none.err());
        assertEquals(
                "isos: missing SPEC (see 'isos sweep --help')\n",
                Invocation.of(null, "sweep").err());
    }

    private void refused(String sentence, String... words) {
        Invocation refused = query(words);
        assertEquals("isos: " + sentence + "\n", refused.err());
        assertEquals(2, refused.exitCode());
    }

    /** What is being written at the moment is read up to its last whole row. */
    @Test
    void aStoreIsReadWhileItIsWritten() throws IOException {
        Path rows = Path.of(store, "points.jsonl");
        String all = Files.readString(rows);
        Files.writeString(rows, all.substring(0, all.length() - 20));
        assertEquals(
                "points\n11\n",
                ok("select count(*) as points from points", "--format", "csv").replace("\r", ""));
        assertEquals(all.length() - 20, Files.size(rows), "a reader changes nothing");
    }

    @Test
    void withoutDuckDbASentenceSaysWhatIsMissing() throws IOException, InterruptedException {
        String classPath = Stream.of(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .filter(entry -> !entry.contains("duckdb"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Main.class.getName(),
                        "sweep",
                        "query",
                        store,
                        "select 1")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(
                "isos: a query needs DuckDB (org.duckdb:duckdb_jdbc) on the class path; the launcher in the source tree"
                        + " fetches it\n",
                said);
        assertEquals(2, process.waitFor());
    }
}
