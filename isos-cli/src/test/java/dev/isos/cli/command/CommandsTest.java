package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Preprocessing.ChannelOrder;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.study.evaluation.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands print and write. */
class CommandsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> KINDS = List.of(
            "workloads",
            "accelerators",
            "dataflows",
            "hardware",
            "mappings",
            "energy-models",
            "importers",
            "exporters",
            "plugins");

    @TempDir
    private Path folder;

    private final FakeIsos isos = new FakeIsos();

    private String ok(String... args) {
        Invocation result = Invocation.of(isos, args);
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(0, isos.unreleased());
        return result.out();
    }

    @ParameterizedTest
    @CsvSource({
        "run, run -w resnet50-81 -a isosceles",
        "comparison, 'compare -w resnet50-81,resnet50-90 -a isosceles,sparten'",
        "evaluation, reproduce",
        "evaluation, reproduce --figure traffic",
        "evaluation, reproduce --figure speedup --workloads resnet50-99",
        "evaluation, reproduce --figure dataflow",
        "plan, map -w resnet50-81 -a isosceles",
        "bench, 'bench -w resnet50-81,resnet50-90 -a isosceles,sparten:lanes=32 --repeat 1'",
        "bench, 'bench -w resnet50-81 -a isosceles --repeat 2 --threads 2 --growth'"
    })
    void jsonKeepsToItsSchema(String schema, String args) {
        Schemas.check(schema, ok((args + " --format json -q").split(" ")));
    }

    @Test
    void listsKeepToTheirSchema() {
        for (String kind : KINDS) {
            String json = ok("list", kind, "--format", "json");
            Schemas.check("list", json);
            assertTrue(json.contains("\"id\""), json);
            assertTrue(ok("list", kind, "--format", "csv").startsWith("id,"));
            assertFalse(ok("list", kind).isBlank());
        }
    }

    @Test
    void aBenchAsATableAndAsCsv() {
        String args = "bench -w resnet50-81 -a isosceles,sparten --repeat 1 -q";
        String table = ok(args.split(" "));
        assertTrue(table.contains("Medians of 1 pair ") && table.contains("--onnxruntime compares"), table);
        String csv = ok((args + " --format csv").split(" "));
        assertTrue(csv.startsWith("workload,denseMacs,readSeconds,accelerator,fidelity,timesHost.median,"), csv);
        assertEquals(3, csv.lines().count());
    }

    @Test
    void aBatchIsTimedByImage() throws IOException {
        String[] args = {"run", "-w", "resnet50-81", "-a", "isosceles", "--set", "batch=4", "-q"};
        JsonNode run = MAPPER.readTree(
                ok(Stream.concat(Stream.of(args), Stream.of("--format", "json")).toArray(String[]::new)));
        String table = ok(args);
        assertTrue(
                table.contains(String.format(
                        Locale.ROOT,
                        "by image %.3f ms, %.1f uJ",
                        run.get("seconds").asDouble() * 1e3 / 4,
                        run.at("/energyPj/total").asDouble() / 1e6 / 4)),
                table);
        assertFalse(ok("run", "-w", "resnet50-81", "-a", "isosceles", "-q").contains("by image"));
    }

    @Test
    void everySchemaCanBePrinted() throws Exception {
        // the schema of networks comes from an importer, and this platform has none with a schema
        for (SchemaCommand.Kind kind : EnumSet.complementOf(EnumSet.of(SchemaCommand.Kind.NETWORK))) {
            JsonNode schema = MAPPER.readTree(ok("schema", kind.toString()));
            assertEquals(
                    "https://json-schema.org/draft/2020-12/schema",
                    schema.path("$schema").asText(),
                    kind::toString);
        }
        JsonNode run = MAPPER.readTree(ok("schema", "run"));
        assertEquals(
                "cycles of the accelerator's clock",
                run.at("/properties/cycles/description").asText());
        assertEquals(
                "[\"string\",\"null\"]", run.at("/properties/outputSha256/type").toString());
        assertEquals(0, run.at("/$defs/Traffic/properties/total/minimum").asInt(-1));
        JsonNode all = MAPPER.readTree(ok("schema", "hardware"));
        JsonNode one = MAPPER.readTree(ok("schema", "hardware", "hw"));
        assertEquals("1 MiB", one.at("/properties/filterBuffer/default").asText());
        assertEquals(one.get("properties"), all.at("/$defs/hw/properties"));
        assertEquals(
                "isos: unknown hardware 'hv'; did you mean 'hw'?\n",
                Invocation.of(isos, "schema", "hardware", "hv").err());
    }

    @Test
    void parametersOfAHardwareAreListed() {
        String table = ok("list", "hardware", "hw").replaceAll("\\s+", " ");
        assertTrue(table.startsWith("id default range source description "), table);
        assertTrue(table.contains(" filterBuffer 1 MiB 1 KiB to 1024 MiB nowhere a buffer "), table);
        assertTrue(table.contains(" id activity macs multiply-accumulate products + operands"), table);
        Schemas.check("list", ok("list", "hardware", "hw", "--format", "json"));
    }

    @Test
    void schemasRefuseWhatIsNotAResult() throws IOException {
        JsonNode run = MAPPER.readTree(ok("run", "-w", "resnet50-81", "-a", "sparten", "--format", "json"));
        ((com.fasterxml.jackson.databind.node.ObjectNode) run.get("traffic")).put("total", -1);
        ((com.fasterxml.jackson.databind.node.ObjectNode) run).remove("cycles");
        assertEquals(2, Schemas.problems("run", run.toString()).size());
    }

    @Test
    void keysComeInTheOrderOfTheContract() throws IOException {
        List<String> keys = new ArrayList<>();
        MAPPER.readTree(ok("run", "-w", "resnet50-81", "-a", "sparten", "--format", "json"))
                .fieldNames()
                .forEachRemaining(keys::add);
        assertEquals(
                List.of(
                        "schemaVersion",
                        "workload",
                        "accelerator",
                        "cycles",
                        "seconds",
                        "macs",
                        "macUtilization",
                        "traffic",
                        "energyPj",
                        "areaMm2",
                        "bound",
                        "verified",
                        "outputSha256",
                        "prediction",
                        "segments",
                        "leftOut",
                        "layouts",
                        "layers",
                        "components",
                        "host",
                        "versions"),
                keys);
    }

    @Test
    void dataflowsStandBesideEachOther() throws IOException {
        JsonNode document = MAPPER.readTree(ok("reproduce", "--figure", "dataflow", "--format", "json"));
        List<List<String>> csv = parseCsv(ok("reproduce", "--figure", "dataflow", "--format", "csv"));
        JsonNode flows = document.at("/figures/dataflow/workloads/0/dataflows");
        assertEquals(
                "resnet50-96",
                document.at("/figures/dataflow/workloads/0/workload").asText());
        assertEquals(flows.size() + 1, csv.size());
        for (int i = 0; i < flows.size(); i++) {
            int bytes = csv.get(0).indexOf("offChipMegabytes");
            assertEquals(
                    flows.get(i).get("offChipBytes").asLong() / 1e6,
                    Double.parseDouble(csv.get(i + 1).get(bytes)));
        }
        assertEquals(0, isos.runs.size());
        assertTrue(ok("reproduce", "--figure", "dataflow").contains("conv1"));
        ok(
                "reproduce",
                "--figure",
                "dataflow",
                "-q",
                "--out",
                folder.resolve("d").toString());
        assertTrue(Files.exists(folder.resolve("d/results.csv")));
        assertTrue(Files.exists(folder.resolve("d/report.html")));
        assertTrue(names(folder.resolve("d/figures"))
                .containsAll(List.of("dataflow.csv", "dataflow-layers.csv", "dataflow-reuse.svg")));
    }

    @Test
    void csvAndJsonHaveTheSameNumbers() throws IOException {
        List<List<String>> csv = parseCsv(ok("reproduce", "--format", "csv", "-q"));
        JsonNode document = MAPPER.readTree(ok("reproduce", "--format", "json", "-q"));
        JsonNode runs = document.get("runs");
        List<String> header = csv.get(0);
        int accelerators = Evaluation.builtIn().paper().accelerators().size();
        int stride = accelerators + Evaluation.builtIn().beyond().accelerators().size();
        int compared = accelerators * FakeIsos.WORKLOADS.size();
        assertTrue(compared < runs.size());
        assertEquals(runs.size(), document.get("commands").size());
        assertEquals(1 + compared + accelerators, csv.size());
        for (int row = 0; row < compared; row++) {
            for (int column = 0; column < header.size(); column++) {
                String path = header.get(column);
                JsonNode run = runs.get(row / accelerators * stride + row % accelerators);
                JsonNode value;
                if (path.startsWith("speedup.") || path.startsWith("trafficReduction.")) {
                    String figure = path.startsWith("speedup.") ? "speedup" : "traffic";
                    value = document.at("/figures/" + figure + "/over/" + path.substring(path.indexOf('.') + 1)
                            + "/workloads/" + run.at("/workload/id").asText() + "/"
                            + run.at("/accelerator/id").asText());
                } else {
                    value = run.at("/" + path.replace('.', '/'));
                }
                assertFalse(value.isMissingNode(), path);
                assertEquals(value.asText(), csv.get(row + 1).get(column), path + " of row " + row);
            }
        }
    }

    @Test
    void tableAndJsonHaveTheSameNumbers() throws IOException {
        String table = ok("compare", "-w", "resnet50-99,resnet50-90", "-a", "sparten,isosceles", "-q");
        JsonNode json = MAPPER.readTree(
                ok("compare", "-w", "resnet50-99,resnet50-90", "-a", "sparten,isosceles", "-q", "--format", "json"));
        List<String> lines = table.lines()
                .filter(l -> l.startsWith("  sparten") || l.startsWith("  isosceles"))
                .toList();
        assertEquals(6, lines.size());
        for (int i = 0; i < 4; i++) {
            JsonNode run = json.get("runs").get(i);
            JsonNode entry = json.get("comparisons").get(i);
            String[] cells = lines.get(i).strip().split(" {2,}");
            assertEquals(run.at("/accelerator/id").asText(), cells[0]);
            assertEquals(run.get("cycles").asLong(), Long.parseLong(cells[1].replace(",", "")));
            assertTrue(lines.get(i).contains(ratio(entry.get("speedup"))), lines.get(i));
            assertTrue(lines.get(i).contains(ratio(entry.get("trafficReduction"))), lines.get(i));
        }
        for (int i = 0; i < 2; i++) {
            JsonNode mean = json.get("geometricMeans").get(i);
            assertTrue(lines.get(4 + i).contains(mean.get("accelerator").asText()));
            assertTrue(lines.get(4 + i).contains(ratio(mean.get("speedup"))), lines.get(4 + i));
        }
    }

    @Test
    void configurationsOfAnAcceleratorAreRowsOfTheirOwn() throws IOException {
        String command = "compare -q -w resnet50-81,resnet50-90 -a fused-layer,isosceles,isosceles:scheduling=static"
                + " --vary lanes=32..128 --vary filterBuffer=512KiB,1MiB --set energy=horowitz-45nm"
                + " --baseline isosceles:energy=horowitz-45nm:lanes=64:filterBuffer=1MiB --format ";
        JsonNode json = MAPPER.readTree(ok((command + "json").split(" ")));
        Schemas.check("comparison", json.toString());
        // The dense machine has no filter buffer: 3 configurations, the others 3 x 2 each, on 2 workloads.
        JsonNode runs = json.get("runs");
        assertEquals(2 * (3 + 6 + 6), runs.size());
        assertEquals(
                "fused-layer:energy=horowitz-45nm:lanes=32",
                runs.at("/0/accelerator/name").asText());
        JsonNode last = runs.at("/14/accelerator");
        assertEquals("isosceles", last.get("id").asText());
        assertEquals(
                "isosceles:energy=horowitz-45nm:scheduling=static:lanes=128:filterBuffer=1MiB",
                last.get("name").asText());
        assertEquals(
                MAPPER.readTree("{\"filterBuffer\": \"1MiB\", \"lanes\": \"128\", \"scheduling\": \"static\"}"),
                last.get("changes"));
        // The fake takes twice the cycles for half the lanes.
        assertEquals(2, json.at("/comparisons/14/speedup").asDouble(), 1e-4);
        assertEquals(15, json.get("geometricMeans").size());
        List<List<String>> csv = parseCsv(ok((command + "csv").split(" ")));
        int name = csv.get(0).indexOf("accelerator.name");
        int id = csv.get(0).indexOf("accelerator.id");
        for (int i = 0; i < 45; i++) {
            String expected = json.at(
                            i < 30
                                    ? "/runs/" + i + "/accelerator/name"
                                    : "/geometricMeans/" + (i - 30) + "/accelerator")
                    .asText();
            assertEquals(expected, csv.get(i + 1).get(name));
            assertEquals(expected.split(":")[0], csv.get(i + 1).get(id));
        }
        List<String> table = ok((command + "table").split(" ")).lines().toList();
        assertTrue(table.stream().allMatch(line -> line.length() <= 80), table.toString());
        assertTrue(table.contains("  fused-layer:energy=horowitz-45nm:lanes=32"), table.toString());
    }

    @Test
    void anAcceleratorIsConfiguredWhereItIsNamed() {
        ok("run", "-q", "-w", "resnet50-81", "-a", "isosceles:mapping=block:lanes=32", "--set", "filterBuffer=1 MiB");
        assertEquals(
                new AcceleratorRequest(
                        "isosceles",
                        Optional.empty(),
                        List.of("lanes=32", "filterBuffer=1 MiB"),
                        Optional.of("block"),
                        Optional.empty()),
                isos.accelerators.get(0));
        assertEquals(
                "isosceles:mapping=block:lanes=32:filterBuffer=1MiB",
                isos.accelerators.get(0).name());
    }

    private static String ratio(JsonNode value) {
        return String.format(java.util.Locale.ROOT, "%.2fx", value.asDouble());
    }

    @Test
    void reproducePutsThePaperBesideOurs() throws IOException {
        JsonNode paper =
                MAPPER.readTree(ok("reproduce", "--format", "json", "-q")).get("paper");
        assertEquals(8 + 9, paper.size());
        // The fake's SparTen takes three times the cycles of its ISOSceles, whatever the workload.
        assertEquals(
                "isosceles over sparten, speed, gmean", paper.at("/0/metric").asText());
        assertEquals(4.3, paper.at("/0/paper").asDouble());
        assertEquals(3, paper.at("/0/ours").asDouble(), 1e-12);
        assertEquals(3 / 4.3 - 1, paper.at("/0/difference").asDouble(), 1e-12);
        assertEquals("mobilenetv1-89", paper.at("/1/at").asText());
        assertEquals(4, paper.at("/2/ours").asDouble(), 1e-12);
        assertEquals(4 / 3.0, paper.at("/3/ours").asDouble(), 1e-12);
        assertEquals(40, paper.at("/6/ours").asDouble(), 1e-12);
        for (JsonNode entry : paper) {
            assertTrue(entry.get("source").asText().contains("10.1109/HPCA56546.2023.10071080"), entry.toString());
        }
    }

    /** The headline comes first: eight numbers, with what they leave out, on a screen. */
    @Test
    void theFirstScreenIsTheHeadline() {
        List<String> lines = ok("reproduce", "-q").lines().toList();
        assertEquals("The paper's headline numbers and ours", lines.get(0));
        List<String> screen = lines.subList(0, 23);
        assertEquals(
                8,
                screen.stream()
                        .filter(line -> line.matches("[a-zA-Z].*, .* [-0-9.]+ .*"))
                        .count(),
                screen + "");
        assertTrue(screen.get(1).contains("leave poolings out"), screen.get(1));
    }

    @Test
    void figuresCanBeChosen() throws IOException {
        JsonNode traffic = MAPPER.readTree(ok("reproduce", "--figure", "traffic", "--format", "json", "-q"));
        assertTrue(traffic.at("/figures/speedup").isMissingNode());
        assertEquals(
                2_000,
                traffic.at("/figures/traffic/bytes/resnet50-81/sparten/inputs").asLong());
        assertEquals(8 + 9, traffic.get("paper").size());
        String table = ok("reproduce", "--figure", "speedup", "-q");
        assertTrue(table.contains("Speed\n"));
        assertFalse(table.contains("Off-chip traffic"));
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 120})
    void tablesFitTheTerminal(int columns) {
        Map<String, String> environment = Map.of("COLUMNS", Integer.toString(columns));
        for (String args : List.of(
                "reproduce -q",
                "compare -q -w resnet50-81,resnet50-99 -a isosceles,isosceles-single,sparten,fused-layer",
                "run -q -v -w resnet50-81 -a isosceles-single",
                "map -w resnet50-81 -a isosceles",
                "list workloads")) {
            Invocation result = Invocation.of(isos, environment, args.split(" "));
            assertEquals(0, result.exitCode(), result.err());
            assertAll(result.outLines().stream()
                    .map(line -> () -> assertTrue(line.length() <= columns, line.length() + ": " + line)));
            assertFalse(result.out().contains("\u001B"), "coloured although not a terminal");
        }
    }

    @Test
    void widerTerminalsShowMore() {
        String narrow = Invocation.of(isos, Map.of("COLUMNS", "80"), "reproduce", "-q", "--figure", "speedup")
                .out();
        String wide = Invocation.of(isos, Map.of("COLUMNS", "120"), "reproduce", "-q", "--figure", "speedup")
                .out();
        assertFalse(narrow.contains("memory 63%"), narrow);
        assertTrue(wide.contains("memory 63%"), wide);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv", "table"})
    void anyNumberOfThreadsGivesTheSameBytes(String format) {
        String one = ok("reproduce", "--format", format, "--threads", "1", "-q");
        for (String threads : List.of("3")) {
            String many = ok("reproduce", "--format", format, "--threads", threads, "-q");
            assertEquals(one, many.replace("\"threads\" : " + threads, "\"threads\" : 1"));
        }
    }

    @Test
    void aWorkloadStaysOnItsThread() {
        ok("reproduce", "--threads", "3", "-q");
        assertEquals(FakeIsos.WORKLOADS.size(), isos.threads.size());
        isos.threads.values().forEach(threads -> assertEquals(1, threads.size()));
        assertTrue(isos.threads.values().stream().distinct().count() <= 3);
        assertTrue(isos.runs.stream().allMatch(o -> o.verify() && o.threads() == 3 && o.topClasses() == 0));
    }

    @Test
    void optionsReachThePlatform() throws IOException {
        Path image = Files.writeString(folder.resolve("cat.png"), "not looked at");
        ok(("run -w resnet50-90 -a isosceles --hardware hw.yaml --set lanes=32 --set dram.latency=10ns --mapping single"
                        + " --energy horowitz-45nm --seed 7 --prune magnitude:0.5 --input-mean 104,117,123"
                        + " --input-scale 0.5 --channel-order bgr --threads 1 --image " + image
                        + " --cache " + folder.resolve("cache"))
                .split(" "));
        assertEquals(
                new AcceleratorRequest(
                        "isosceles",
                        Optional.of(Path.of("hw.yaml")),
                        List.of("lanes=32", "dram.latency=10ns"),
                        Optional.of("single"),
                        Optional.of("horowitz-45nm")),
                isos.accelerators.get(0));
        var request = isos.requests.get(0);
        assertEquals(7, request.seed());
        assertEquals(List.of(image), request.images());
        assertEquals("magnitude:0.5", request.prune());
        assertEquals(Optional.of(folder.resolve("cache")), request.cacheDirectory());
        assertEquals(
                Optional.of(new Preprocessing(List.of(104.0, 117.0, 123.0), List.of(0.5, 0.5, 0.5), ChannelOrder.BGR)),
                request.preprocessing());
        assertFalse(isos.runs.get(0).verify());
        assertEquals(5, isos.runs.get(0).topClasses());
    }

    @Test
    void defaultsAreDocumentedOnes() {
        ok("run", "-w", "resnet50-90", "-a", "isosceles");
        assertEquals(AcceleratorRequest.of("isosceles"), isos.accelerators.get(0));
        var request = isos.requests.get(0);
        assertEquals(1, request.seed());
        assertEquals("none", request.prune());
        assertTrue(request.images().isEmpty() && request.preprocessing().isEmpty());
        assertTrue(request.cacheDirectory().isPresent());
        assertEquals(0, isos.runs.get(0).topClasses());
    }

    @Test
    void classesGetTheirNames() throws IOException {
        Path labels = Files.writeString(
                folder.resolve("labels.txt"),
                "\uFEFFbackground\r\na\nb\nc\nd\ne\nf\ng\nh\ni\nchat égyptien, \"cat\"\n");
        String[] args = ("run -w resnet50-81 -a isosceles -q --label-offset 1 --labels " + labels).split(" ");
        assertTrue(ok(args).contains("    9  9.5000  chat égyptien, \"cat\"\n"), ok(args));
        String json =
                ok(Stream.concat(Stream.of(args), Stream.of("--format", "json")).toArray(String[]::new));
        Schemas.check("run", json);
        assertEquals("i", MAPPER.readTree(json).at("/prediction/1/label").asText());
    }

    @Test
    void layersAreShownWhenAskedFor() {
        assertFalse(ok("run", "-w", "resnet50-81", "-a", "isosceles").contains("\nLayers\n"));
        assertTrue(ok("run", "-w", "resnet50-81", "-a", "isosceles", "--layers").contains("\nLayers\n"));
        assertTrue(ok("run", "-w", "resnet50-81", "-a", "isosceles", "-v").contains("\nLayers\n"));
        List<List<String>> csv =
                parseCsv(ok("run", "-w", "resnet50-81", "-a", "isosceles", "--layers", "--format", "csv"));
        assertEquals(3, csv.size());
        assertEquals(List.of("resnet50-81", "isosceles", "conv1"), csv.get(2).subList(0, 3));
    }

    @Test
    void mapSimulatesNothing() throws IOException {
        String table = ok("map", "-w", "resnet50-81", "-a", "isosceles");
        assertTrue(table.contains("ended by  the network ends here"), table);
        assertTrue(table.contains("filterBuffer"), table);
        JsonNode plan = MAPPER.readTree(ok("map", "-w", "resnet50-81", "-a", "isosceles", "--format", "json"));
        assertEquals(2, plan.at("/segments/0/layers/0/mapping/kSplit").asInt());
        assertEquals(
                3,
                parseCsv(ok("map", "-w", "resnet50-81", "-a", "isosceles", "--format", "csv"))
                        .size());
        assertEquals(0, isos.runs.size());
        ok("map", "-w", "resnet50-81", "-a", "isosceles", "--simulate");
        assertEquals(1, isos.runs.size());
    }

    @Test
    void outputFilesAreWhatIsPrinted() throws IOException {
        Path out = folder.resolve("new/results");
        String json = ok("reproduce", "--format", "json", "-q", "--out", out.toString());
        assertEquals(List.of("figures", "report.html", "results.csv", "results.json"), names(out));
        assertEquals(json, Files.readString(out.resolve("results.json")));
        assertEquals(ok("reproduce", "--format", "csv", "-q"), Files.readString(out.resolve("results.csv")));
        assertEquals(List.of("new"), names(folder));
        String html = Files.readString(out.resolve("report.html"));
        assertTrue(html.contains("<svg") && html.contains("default-src &#39;none&#39;"));
        int runs = MAPPER.readTree(json).get("runs").size();
        assertTrue(html.contains("id=\"run-" + runs + "\"") && !html.contains("id=\"run-" + (runs + 1) + "\""));
        tablesAreTheSameInCsvAndJson(out.resolve("figures"), MAPPER.readTree(json));

        // Again into the same folder, which has something else in it: replaced, and the other thing stays.
        Files.writeString(out.resolve("notes.txt"), "mine");
        Files.writeString(out.resolve("results.json"), "old");
        String area = ok("reproduce", "--figure", "area", "--format", "json", "-q", "--out", out.toString());
        assertEquals(area, Files.readString(out.resolve("results.json")));
        assertEquals(List.of("figures", "notes.txt", "report.html", "results.csv", "results.json"), names(out));
    }

    private static void tablesAreTheSameInCsvAndJson(Path figures, JsonNode document) throws IOException {
        int tables = 0;
        for (JsonNode figure : document.get("figures")) {
            for (JsonNode table : figure.get("tables")) {
                String file = table.get("id").asText() + ".csv";
                List<List<String>> csv = parseCsv(Files.readString(figures.resolve(file)));
                assertEquals(csv.size() - 1, table.get("rows").size(), file);
                for (int row = 1; row < csv.size(); row++) {
                    for (int column = 0; column < csv.get(0).size() - 1; column++) {
                        JsonNode value =
                                table.get("rows").get(row - 1).get(csv.get(0).get(column));
                        String text = value.isNull() ? "" : value.asText();
                        assertEquals(text, csv.get(row).get(column), file + " row " + row + " column " + column);
                    }
                }
                tables++;
            }
        }
        long files =
                names(figures).stream().filter(name -> name.endsWith(".csv")).count();
        assertEquals(files, tables);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void tracesAreTraceEvents() throws IOException {
        Path trace = folder.resolve("trace.json");
        Path picture = folder.resolve("timeline.svg");
        Invocation run = Invocation.of(
                isos,
                "run",
                "-w",
                "resnet50-81",
                "-a",
                "isosceles",
                "--trace",
                trace.toString(),
                "--timeline",
                picture.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("isos: trace: 3 slices on 2 tracks\n"), run.err());
        assertEquals(List.of("timeline.svg", "trace.json"), names(folder));
        assertTrue(Files.readString(picture).contains("<svg "), "a picture");
        JsonNode events = MAPPER.readTree(trace.toFile()).get("traceEvents");
        List<JsonNode> slices = new ArrayList<>();
        List<String> tracks = new ArrayList<>();
        for (JsonNode event : events) {
            if (event.get("ph").asText().equals("X")) {
                slices.add(event);
            }
            if (event.get("name").asText().equals("thread_name")) {
                tracks.add(event.at("/args/name").asText());
            }
        }
        assertEquals(List.of("segments", "lane 0", "dram"), tracks);
        slices.removeIf(slice -> slice.get("cat").asText().equals("segment"));
        assertEquals(3, slices.size());
        // a microsecond of the trace is a cycle
        assertEquals(2, slices.get(1).get("ts").asLong());
        assertEquals(2000, slices.get(1).get("dur").asLong());
        assertEquals(2002, slices.get(2).get("ts").asLong());
        assertEquals(slices.get(1).get("tid"), slices.get(2).get("tid"));
        assertEquals("read", slices.get(2).get("cat").asText());
    }

    @Test
    void progressGoesToStandardError() {
        Invocation run = Invocation.of(isos, "compare", "-w", "resnet50-81", "-a", "isosceles,sparten");
        assertEquals(2, run.errLines().size());
        assertTrue(run.errLines().get(1).startsWith("isos: 2/2 resnet50-81 on sparten: 3,703,701 cycles"), run.err());
        assertEquals(
                "",
                Invocation.of(isos, "compare", "-w", "resnet50-81", "-a", "isosceles,sparten", "-q")
                        .err());
    }

    @Test
    void equalIdsOfFilesAreKeptApart() throws IOException {
        Path file = Files.writeString(folder.resolve("a.fake"), "");
        String json = ok(
                "compare",
                "-w",
                file + "," + folder.resolve("../" + folder.getFileName() + "/a.fake"),
                "-a",
                "sparten,isosceles",
                "-q",
                "--format",
                "json");
        assertEquals(4, MAPPER.readTree(json).get("runs").size());
    }

    /** RFC 4180, strictly: every record ends in CRLF. */
    private static List<List<String>> parseCsv(String text) {
        assertTrue(text.endsWith("\r\n"));
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (quoted || c != ',' && c != '\r' && c != '\n') {
                field.append(c);
            } else if (c == ',' || c == '\n') {
                row.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            }
        }
        return rows;
    }
}
