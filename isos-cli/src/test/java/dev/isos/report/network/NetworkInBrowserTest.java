package dev.isos.report.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.report.Report;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import dev.isos.report.text.Json;
import dev.isos.study.Isos;
import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The graph of a network with branches, on three accelerators, by mouse and by keyboard; its numbers are those of the results. */
@InChromium
class NetworkInBrowserTest {
    private static final String CHOSEN = "return document.querySelector('#network .details h3').textContent";
    private static final String SEGMENTS = "return document.querySelectorAll('#network .segment').length";
    private static final String BOX = "return document.querySelector('#network .view svg').getAttribute('viewBox')";

    @TempDir
    private static Path folder;

    private static Path page;
    private static JsonNode runs;
    private static Browser browser;

    @BeforeAll
    static void compare() throws IOException {
        Comparison comparison = Isos.builder()
                .build()
                .compare(List.of("googlenet-58-inception3a"), List.of("isosceles", "isosceles-single", "sparten"));
        page = folder.resolve("report.html");
        Files.writeString(page, Report.html(comparison));
        runs = JsonMapper.builder()
                .build()
                .readTree(Json.write(
                        comparison.rows().stream().map(ComparisonRow::run).toList()));
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    @BeforeEach
    void open() {
        open(1280, "light");
    }

    private static void open(int width, String scheme) {
        browser.open(page, width, scheme);
        browser.run("document.getElementById('network').scrollIntoView()");
        browser.await("return document.querySelector('#network .details h3') !== null");
    }

    private static void choose(String control, Object value) {
        browser.run(
                "const s = document.querySelector(`#network [data-do=${arguments[0]}]`); s.value = arguments[1];"
                        + " s.dispatchEvent(new Event('change'))",
                control,
                value);
    }

    @Test
    void everyNumberOfEveryLayerIsThatOfTheResults() {
        int numbers = 0;
        for (int r = 0; r < runs.size(); r++) {
            choose("run", Integer.toString(r));
            JsonNode run = runs.get(r);
            for (JsonNode layer : run.get("layers")) {
                browser.run(
                        "[...document.querySelectorAll('#network .rank li')]"
                                + ".find(li => li.querySelector('.name').textContent === arguments[0]).click()",
                        layer.get("name").asText());
                assertEquals(layer.get("name").asText(), browser.run(CHOSEN));
                JsonNode segment = null;
                for (JsonNode each : run.get("segments")) {
                    for (JsonNode name : each.get("layers")) {
                        segment = name.equals(layer.get("name")) ? each : segment;
                    }
                }
                numbers += check(layer, segment);
            }
            for (int s = 0; s < run.get("segments").size(); s++) {
                browser.run(
                        "document.querySelectorAll('#network .segment')[arguments[0]]"
                                + ".dispatchEvent(new MouseEvent('click', {bubbles: true}))",
                        s);
                assertEquals("Segment " + (s + 1), browser.run(CHOSEN));
                numbers += check(run.get("segments").get(s), null);
            }
        }
        assertTrue(numbers > 500, numbers + " numbers compared");
    }

    /** The numbers in the box of details, against the object that they are of. */
    private static int check(JsonNode of, JsonNode segment) {
        List<?> shown = (List<?>) browser.run("return [...document.querySelectorAll('#network .details [data-path]')]"
                + ".map(e => ({path: e.dataset.path, exact: e.dataset.v, text: e.textContent}))");
        for (Object each : shown) {
            Map<?, ?> number = (Map<?, ?>) each;
            String path = (String) number.get("path");
            boolean outer = path.startsWith("segment.");
            JsonNode value = (outer ? segment : of)
                    .at("/" + path.replaceFirst("^segment\\.", "").replace('.', '/'));
            assertTrue(value.isNumber(), path + " is " + value);
            assertEquals(value.asDouble(), Double.parseDouble((String) number.get("exact")), path);
            String text = ((String) number.get("text"));
            String digits = text.replaceFirst(" .*", "").replace(",", "");
            int point = digits.indexOf('.');
            int scale = point < 0 ? 0 : digits.length() - point - 1;
            int shift = text.contains("%") ? 2 : text.contains("µJ") ? -6 : 0;
            assertEquals(
                    0,
                    value.decimalValue()
                            .scaleByPowerOfTen(shift)
                            .setScale(scale, RoundingMode.HALF_UP)
                            .compareTo(new BigDecimal(digits)),
                    path + ": " + value + ", shown " + text);
        }
        return shown.size();
    }

    @Test
    void segmentsMergeWhenTheRunChanges() {
        for (int r = 0; r < runs.size(); r++) {
            choose("run", Integer.toString(r));
            assertEquals(runs.get(r).get("segments").size(), browser.number(SEGMENTS));
        }
        assertNotEquals(
                runs.get(0).get("segments").size(), runs.get(1).get("segments").size());
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void edgesAreDottedWhereActivationsStayOnChip() {
        assertEquals(
                List.of(),
                browser.run(
                        "return [...document.querySelectorAll('#network .edges path:not(.uncounted)')]"
                                + ".filter(p => p.classList.contains('kept') !== (p.dataset.bytes === '0')).map(p => p.textContent)"));
        double kept = browser.number("return document.querySelectorAll('#network .edges .kept').length");
        choose("run", "1");
        double single = browser.number("return document.querySelectorAll('#network .edges .kept').length");
        assertTrue(kept > 0 && single < kept, kept + " edges stay on chip in pipelines, " + single + " layer by layer");
        // the widest one has the most bytes
        assertEquals(
                true,
                browser.run("const paths = [...document.querySelectorAll('#network .edges path')];"
                        + "const width = p => parseFloat(getComputedStyle(p).strokeWidth);"
                        + "const widest = paths.reduce((a, b) => width(b) > width(a) ? b : a);"
                        + "return Math.abs(width(widest) - 12) < 0.01"));
    }

    @Test
    void theMouseChoosesZoomsAndMoves() {
        String second = runs.get(0).get("layers").get(1).get("name").asText();
        browser.mouse()
                .click(browser.element("#network .node[data-layer='1'] circle"))
                .perform();
        assertEquals(second, browser.run(CHOSEN));
        Object whole = browser.run(BOX);
        browser.element("#network .view").click();
        browser.run("document.querySelector('#network .view').focus()");
        browser.mouse()
                .scrollFromOrigin(
                        org.openqa.selenium.interactions.WheelInput.ScrollOrigin.fromElement(
                                browser.element("#network .node[data-layer='1'] circle")),
                        0,
                        -200)
                .perform();
        browser.await(
                "return document.querySelector('#network .view svg').getAttribute('viewBox') !== arguments[0]", whole);
        Object near = browser.run(BOX);
        browser.mouse().dragAndDropBy(browser.element("#network .view"), 60, 30).perform();
        assertNotEquals(near, browser.run(BOX));
        browser.mouse().click(browser.element("#network [data-do=fit]")).perform();
        assertEquals(whole, browser.run(BOX));
    }

    @Test
    void theKeyboardWalks() {
        browser.run("document.querySelector('#network .view').focus()");
        browser.press(Keys.HOME);
        JsonNode layers = runs.get(0).get("layers");
        assertEquals(layers.get(0).get("name").asText(), browser.run(CHOSEN));
        browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT);
        assertEquals(layers.get(1).get("name").asText(), browser.run(CHOSEN));
        browser.press(Keys.END);
        assertEquals(layers.get(layers.size() - 1).get("name").asText(), browser.run(CHOSEN));
        // down to the cheapest, and the most expensive by the way of the list
        browser.run("document.querySelector('#network .rank').focus()");
        browser.press(Keys.HOME);
        String most = "";
        long cycles = -1;
        for (JsonNode layer : layers) {
            if (layer.get("cycles").asLong() > cycles) {
                cycles = layer.get("cycles").asLong();
                most = layer.get("name").asText();
            }
        }
        assertEquals(most, browser.run(CHOSEN));
        // slash finds
        browser.run("document.querySelector('#network .view').focus()");
        browser.press("/");
        assertEquals("find", browser.run("return document.activeElement.dataset.do"));
        browser.press("pool", Keys.ENTER);
        assertTrue(((String) browser.run("return document.querySelector('#network .details dd').textContent"))
                .contains("pooling"));
        assertTrue(browser.number("return document.querySelectorAll('#network .node.dim').length") > 0);
    }

    @Test
    void theListIsSortedByTheChosenCost() {
        for (String metric : List.of("cycles", "bytes", "energy", "used", "weights", "inputs")) {
            choose("size", metric);
            List<?> shown = (List<?>) browser.run("return [...document.querySelectorAll('#network .rank li')].map(li =>"
                    + " parseFloat(li.querySelector('.value').textContent.replaceAll(',', '')))");
            assertEquals(runs.get(0).get("layers").size(), shown.size());
            for (int i = 1; i < shown.size(); i++) {
                assertTrue(((Number) shown.get(i - 1)).doubleValue() >= ((Number) shown.get(i)).doubleValue(), metric);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void keepsTheRulesOfAccessibility(String scheme) throws IOException {
        open(1280, scheme);
        try (InputStream axe = NetworkInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(List.of(), browser.runAsync("""
                const done = arguments[arguments.length - 1];
                axe.run(document.getElementById('network'), {resultTypes: ['violations']}).then(
                  found => done(found.violations.map(v => v.id + ': ' + v.nodes.length + ' like ' + v.nodes[0].html)),
                  error => done([String(error)]));
                """));
        assertTrue(browser.number("return [...document.querySelectorAll('#network [tabindex=\"0\"], #network button,"
                        + " #network select, #network input')].filter(e => e.offsetParent).length")
                <= 12);
    }

    @Test
    void aNarrowWindowScrollsTheDrawingOnly() {
        open(400, "light");
        assertEquals(400, browser.number("return document.documentElement.scrollWidth"));
    }
}
