package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of the whole evaluation as a newcomer sees it: at once, calm, and with the numbers of the runs. */
@InChromium
class EvaluationPageTest {
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;
    private static final long MOST_BYTES = 4_000_000;
    private static final double MOST_PAINT_MS = 2_000;
    private static final int MOST_SCREENS = 8;
    private static final int MOST_STOPS = 60;
    private static final int TRIES = 3;

    private static WholeEvaluation whole;
    private static Browser browser;

    @BeforeAll
    static void reproduce() throws IOException {
        whole = WholeEvaluation.get();
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    private static List<?> texts(String selector) {
        return (List<?>) browser.run(
                "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())", selector);
    }

    @Test
    void isSmallFastAndCalm() throws IOException {
        long bytes = Files.size(whole.page());
        double paint = Double.MAX_VALUE;
        // The machine may do something else as well; the page's own time is the least.
        for (int i = 0; i < TRIES; i++) {
            browser.open(whole.page(), WIDTH, HEIGHT, "light");
            browser.await("return performance.getEntriesByName('first-contentful-paint').length === 1");
            paint = Math.min(
                    paint,
                    browser.number("return performance.getEntriesByName('first-contentful-paint')[0].startTime"));
        }
        double screens = browser.number("return document.documentElement.scrollHeight") / HEIGHT;
        double stops =
                browser.number("return [...document.querySelectorAll('a[href], button, input, summary, [tabindex]')]"
                        + ".filter(e => e.tabIndex >= 0 && e.checkVisibility()).length");
        System.out.printf(
                Locale.ROOT,
                "page of the evaluation: %,d bytes, first paint after %.0f ms, %.1f screens, %.0f tab stops%n",
                bytes,
                paint,
                screens,
                stops);
        assertTrue(bytes < MOST_BYTES, bytes + " bytes");
        assertTrue(paint < MOST_PAINT_MS, paint + " ms");
        assertTrue(screens < MOST_SCREENS, screens + " screens");
        assertTrue(stops <= MOST_STOPS, stops + " tab stops");
        assertEquals(List.of(), browser.complaints());
        assertEquals(1, browser.requests().size());
        assertEquals(false, browser.run("return 'echarts' in window"), "read when a chart is wanted");
    }

    /** What is this, how much faster, how much less traffic, compared to what, does it agree with the paper. */
    @Test
    void theFirstScreenAnswersFiveQuestions() {
        for (String scheme : List.of("light", "dark")) {
            browser.open(whole.page(), WIDTH, HEIGHT, scheme);
            assertEquals(
                    List.of(),
                    browser.run("return [...document.querySelectorAll('h1, .sentence, .keys li, .verdict')]"
                            + ".filter(e => e.getBoundingClientRect().bottom > innerHeight).map(e => e.textContent)"));
            assertEquals(3, texts(".keys li").size());
            assertEquals(4, texts(".panel h2").size());
            String sentence = (String) texts(".sentence").get(0);
            assertTrue(sentence.contains("ISOSceles") && sentence.contains("SparTen and Fused-Layer"), sentence);
            assertTrue(((String) texts(".verdict").get(0)).startsWith("Against the paper: "));
        }
    }

    @Test
    void numbersOfTheOpeningAreThoseOfTheResults() {
        browser.open(whole.page(), WIDTH, HEIGHT, "light");
        JsonNode speed = paper("isosceles over sparten, speed, gmean");
        JsonNode bytes = paper("isosceles over sparten, bytes, ratio of means");
        double[] shares = activationPercent("isosceles");
        assertEquals(
                List.of(times(speed.get("ours")), times(bytes.get("ours")), text("%.0f %%", shares[0])),
                texts(".keys .ours"));
        assertEquals(
                List.of(times(speed.get("paper")), times(bytes.get("paper")), text("%.0f %%", shares[1])),
                texts(".keys .paper b"));
        String also = (String) texts(".keys .also").get(0);
        JsonNode other = paper("isosceles over fused-layer, speed, gmean");
        assertTrue(also.contains(times(other.get("ours")) + " (paper " + times(other.get("paper")) + ")"), also);
    }

    @Test
    void numbersOfThePicturesAreThoseOfTheResults() {
        browser.open(whole.page(), WIDTH, HEIGHT, "light");
        List<?> workloads = texts("#activations .group .quiet");
        List<String> megabytes = new ArrayList<>();
        for (Object workload : workloads) {
            for (String accelerator : List.of("sparten", "isosceles")) {
                JsonNode row = row("traffic", 0, workload.toString(), accelerator);
                megabytes.add(text("%.1f MB", row.get("totalMegabytes").asDouble()));
            }
        }
        assertEquals(8, megabytes.size());
        assertEquals(megabytes, texts("#activations td.value:not(.quiet)"));
        List<String> flows = new ArrayList<>();
        for (String column : List.of("slotsUsedPercent", "inputReuse", "outputReuse", "intermediateKib")) {
            for (String dataflow : List.of("is-os", "tiled-os")) {
                double value =
                        row("dataflow", 0, "resnet50-96", dataflow).get(column).asDouble();
                flows.add(
                        column.endsWith("Percent")
                                ? text("%.1f %%", value)
                                : text(column.endsWith("Kib") ? "%.0f KiB" : "%.0f×", value));
            }
        }
        assertEquals(flows, texts("#tiles td.value:not(.quiet)"));
        List<?> machines = texts("#machines td.value:not(.quiet)");
        assertEquals(8, machines.size());
        assertEquals(times(paper("isosceles over sparten, speed, gmean").get("ours")), machines.get(0));
        assertEquals(
                times(paper("isosceles over sparten, bytes, ratio of means").get("ours")), machines.get(4));
        double slower =
                paper("sparten over fused-layer, speed, gmean").get("ours").asDouble();
        assertEquals(text("%.2f×", 1 / slower), machines.get(3));
        // Bars are as long as their numbers.
        List<?> widths = (List<?>) browser.run("return [...document.querySelectorAll('#machines .pile i')].slice(0, 4)"
                + ".map(e => e.getBoundingClientRect().width)");
        double unit = ((Number) widths.get(2)).doubleValue();
        for (int i = 0; i < 4; i++) {
            double value = Double.parseDouble(machines.get(i).toString().replace("×", ""));
            assertEquals(value, ((Number) widths.get(i)).doubleValue() / unit, 0.02);
        }
    }

    @Test
    void sixSparsitiesOfANetworkAreALine() {
        browser.open(whole.page(), WIDTH, HEIGHT, "light");
        browser.run("document.querySelector('#speedup > summary').click()");
        browser.await("return document.querySelector('#chart-speedup-over-sparten-resnet-50 svg') !== null");
        List<?> points = (List<?>) browser.run("return echarts.getInstanceByDom(document.querySelector("
                + "'#chart-speedup-over-sparten-resnet-50 .chart')).getOption().series[0].data.map(d => d.value[1])");
        List<Double> expected = new ArrayList<>();
        for (String workload : List.of("81", "90", "95", "96", "98", "99")) {
            expected.add(row("speedup", 0, "resnet50-" + workload, "isosceles")
                    .get("speedup.sparten")
                    .asDouble());
        }
        assertEquals(expected, points);
        browser.run("document.getElementById('chart-speedup-over-sparten').scrollIntoView()");
        browser.await("return document.querySelector('#chart-speedup-over-sparten .chart svg') !== null");
        assertEquals(
                List.of(),
                browser.run(
                        "return echarts.getInstanceByDom(document.querySelector('#chart-speedup-over-sparten .chart'))"
                                + ".getOption().xAxis[0].data.filter(name => name.startsWith('resnet50'))"));
    }

    /** The explorer has every network; pipelines fall apart on the machine that runs layer by layer. */
    @Test
    void networksOfAllWorkloadsAreDrawn() {
        browser.open(whole.page(), WIDTH, HEIGHT, "light");
        browser.run("document.querySelector('#network > summary').click();"
                + "document.getElementById('network').scrollIntoView()");
        browser.await("return document.querySelector('#network .details h3') !== null");
        assertEquals(11, texts("#network [data-do=network] option").size());
        assertEquals(
                List.of("isosceles", "isosceles-single", "sparten", "fused-layer"),
                texts("#network [data-do=run] option").subList(0, 4));
        for (int workload : List.of(0, 10)) {
            List<Double> segments = new ArrayList<>();
            for (int run : List.of(0, 1)) {
                segments.add(browser.number(
                        "for (const [name, value] of [['network', arguments[0]], ['run', arguments[1]]]) {"
                                + "const s = document.querySelector(`#network [data-do=${name}]`); s.value = value;"
                                + "s.dispatchEvent(new Event('change')); }"
                                + "return document.querySelectorAll('#network .view:not([hidden]) .segment').length",
                        workload,
                        run));
                JsonNode result = whole.results().get("runs").get(13 * workload + run);
                assertEquals(result.get("segments").size(), segments.get(run).intValue());
                String total = (String) texts("#network .total").get(0);
                assertTrue(
                        total.startsWith(result.at("/workload/id").asText() + " on ")
                                && total.contains(
                                        text("%,d cycles", result.get("cycles").asLong())),
                        total);
            }
            assertTrue(segments.get(0) < segments.get(1), segments.toString());
        }
        assertEquals(List.of(), browser.complaints());
    }

    /** The lines of the excerpts in README.md are those that the command prints. */
    @Test
    void theReadmeShowsWhatIsPrinted() throws IOException {
        List<String> printed = whole.text().lines().map(String::stripTrailing).toList();
        String[] parts = Files.readString(Path.of("../README.md")).split("```\n?");
        int checked = 0;
        for (String excerpt : List.of(parts[1], parts[3], parts[5])) {
            assertEquals(
                    List.of(),
                    excerpt.lines().filter(line -> !printed.contains(line)).toList());
            checked += (int) excerpt.lines().count();
        }
        assertTrue(checked > 40, checked + " lines");
    }

    /** Mean over the networks with published bytes: ours and the published one. */
    private static double[] activationPercent(String accelerator) {
        double ours = 0;
        double published = 0;
        int count = 0;
        for (JsonNode row : whole.results().at("/figures/traffic/tables/0/rows")) {
            if (row.get("accelerator").asText().equals(accelerator)
                    && row.get("paperInputsMegabytes").isNumber()) {
                ours += share(row, "inputsMegabytes", "outputsMegabytes", "weightsMegabytes");
                published += share(row, "paperInputsMegabytes", "paperOutputsMegabytes", "paperWeightsMegabytes");
                count++;
            }
        }
        assertEquals(7, count);
        return new double[] {ours / count, published / count};
    }

    private static double share(JsonNode row, String inputs, String outputs, String weights) {
        double activations = row.get(inputs).asDouble() + row.get(outputs).asDouble();
        return 100 * activations / (activations + row.get(weights).asDouble());
    }

    private static JsonNode paper(String metric) {
        for (JsonNode entry : whole.results().get("paper")) {
            if (entry.get("metric").asText().equals(metric)) {
                return entry;
            }
        }
        throw new AssertionError(metric);
    }

    private static JsonNode row(String figure, int table, String workload, String second) {
        for (JsonNode row : whole.results().at("/figures/" + figure + "/tables/" + table + "/rows")) {
            JsonNode other = row.has("accelerator") ? row.get("accelerator") : row.get("dataflow");
            if (row.get("workload").asText().equals(workload) && other.asText().equals(second)) {
                return row;
            }
        }
        throw new AssertionError(workload + " " + second);
    }

    private static String times(JsonNode value) {
        return text("%.2f×", value.asDouble());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
