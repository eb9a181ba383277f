package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page of what differs between two runs of real machines, against the two results. */
@InChromium
class DiffInBrowserTest {
    @TempDir
    private static Path folder;

    private static JsonNode a;
    private static JsonNode b;
    private static JsonNode diff;
    private static Browser browser;

    @BeforeAll
    static void compare() throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        for (String accelerator : List.of("isosceles", "isosceles-single")) {
            made(isos, "run", "-w", "googlenet-58-inception3a", "-a", accelerator, "-q", "--out", path(accelerator));
        }
        made(isos, "diff", path("isosceles"), path("isosceles-single"), "--out", path("diff"));
        a = json("isosceles");
        b = json("isosceles-single");
        diff = json("diff").at("/runs/0");
        browser = new Browser();
    }

    private static void made(Platform isos, String... words) {
        Invocation made = Invocation.of(isos, words);
        assertEquals(0, made.exitCode(), made.err());
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static JsonNode json(String name) throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(folder.resolve(name).resolve("results.json").toFile());
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.open(folder.resolve("diff/report.html"), 1280, "light");
    }

    /** Cells of a table by row: exact numbers, or words. */
    private static List<?> rows(String table) {
        return (List<?>) browser.run(
                "return [...document.querySelectorAll(`#table-${arguments[0]} tbody tr`)].map(r => [...r.cells]"
                        + ".map(c => 'v' in c.dataset ? c.dataset.v : c.textContent.trim()))",
                table);
    }

    private static void same(JsonNode number, Object cell, String where) {
        if (number.isNull() || number.isMissingNode()) {
            assertTrue(cell == null || cell.equals(""), where + ": " + cell);
        } else {
            assertEquals(number.asDouble(), Double.parseDouble((String) cell), where);
        }
    }

    @Test
    void numbersAreThoseOfTheTwoResults() {
        List<?> totals = rows("diff-1-totals");
        List<String> paths = List.of(
                "/cycles",
                "/traffic/total",
                "/traffic/weights",
                "/traffic/inputs",
                "/traffic/outputs",
                "/traffic/residuals",
                "/energyPj/total",
                "/energyPj/mac",
                "/energyPj/sram",
                "/energyPj/dram",
                "/energyPj/other");
        assertEquals(paths.size(), totals.size());
        for (int i = 0; i < paths.size(); i++) {
            List<?> row = (List<?>) totals.get(i);
            same(a.at(paths.get(i)), row.get(1), paths.get(i));
            same(b.at(paths.get(i)), row.get(2), paths.get(i));
        }
        List<?> layers = rows("diff-1-layers");
        assertEquals(a.get("layers").size(), layers.size());
        for (int i = 0; i < layers.size(); i++) {
            List<?> row = (List<?>) layers.get(i);
            JsonNode inA = a.get("layers").get(i);
            JsonNode inB = b.get("layers").get(i);
            assertEquals(inA.get("name").asText(), row.get(0));
            same(inA.get("cycles"), row.get(1), "cycles of A");
            same(inB.get("cycles"), row.get(2), "cycles of B");
            same(inA.at("/traffic/total"), row.get(4), "bytes of A");
            same(inB.at("/traffic/total"), row.get(5), "bytes of B");
            same(inA.at("/energyPj/total"), row.get(7), "energy of A");
            same(inB.at("/energyPj/total"), row.get(8), "energy of B");
        }
        List<?> blocks = rows("diff-1-segments");
        assertEquals(diff.get("blocks").size(), blocks.size());
        double cycles = 0;
        for (Object block : blocks) {
            cycles += Double.parseDouble((String) ((List<?>) block).get(5));
        }
        assertEquals(b.get("cycles").asDouble() - a.get("cycles").asDouble(), cycles);
    }

    /** What a chart shows last is the whole difference, and the parts before add up to it. */
    @Test
    void waterfallsEndAtTheWholeDifference() {
        for (String chart : List.of("cycles", "bytes", "energy")) {
            browser.run("document.getElementById('chart-diff-1-' + arguments[0]).scrollIntoView()", chart);
            browser.await("return document.querySelector(`#chart-diff-1-${arguments[0]} .chart svg`) !== null", chart);
            List<?> sums = (List<?>) browser.run(
                    "const all = JSON.parse(document.getElementById('charts').textContent)"
                            + ".find(c => c.id === 'diff-1-' + arguments[0]).option.series;"
                            + "const data = (from, to) => all.slice(from, to).flatMap(s => s.data).reduce((x, y) => x + y, 0);"
                            + "return [data(1, 3) - 0, data(3, 5), all[5].data[all[5].data.length - 1]]",
                    chart);
            double more = Math.abs(((Number) sums.get(0)).doubleValue());
            double less = Math.abs(((Number) sums.get(1)).doubleValue());
            double whole = ((Number) sums.get(2)).doubleValue();
            assertEquals(whole, more - less, 1e-6 * Math.max(1, Math.abs(whole)), chart);
        }
        assertEquals(
                b.get("cycles").asDouble() - a.get("cycles").asDouble(),
                browser.number(
                        "const s = JSON.parse(document.getElementById('charts').textContent)[0].option.series[5].data;"
                                + " return s[s.length - 1]"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void bothRunsAreInTheNetworkAndTablesSortByKeyboard() {
        browser.run("document.getElementById('network').scrollIntoView()");
        browser.await("return document.querySelector('#network .details h3') !== null");
        assertEquals(
                List.of("isosceles", "isosceles-single"),
                browser.run(
                        "return [...document.querySelectorAll('#network [data-do=run] option')].map(o => o.textContent)"));
        browser.await("return document.querySelectorAll('#table-diff-1-layers th button').length > 3");
        browser.run("document.querySelectorAll('#table-diff-1-layers th button')[3].focus()");
        browser.press(Keys.ENTER);
        long most = Long.MIN_VALUE;
        for (JsonNode layer : diff.get("layers")) {
            most = Math.max(most, layer.at("/cost/cycles/difference").asLong());
        }
        browser.await(
                "return document.querySelector('#table-diff-1-layers tbody tr').cells[3].dataset.v === arguments[0]",
                Long.toString(most));
        assertNull(browser.run("return window.broken ?? null"));
    }

    @Test
    void keepsTheRulesOfAccessibility() throws IOException {
        browser.run("document.querySelectorAll('.chart-block').forEach(e => e.scrollIntoView())");
        try (InputStream axe = DiffInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(List.of(), browser.runAsync("""
                const done = arguments[arguments.length - 1];
                axe.run(document, {resultTypes: ['violations']}).then(
                  found => done(found.violations.map(v => v.id + ': ' + v.nodes.length + ' like ' + v.nodes[0].html)),
                  error => done([String(error)]));
                """));
    }
}
