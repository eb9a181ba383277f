package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page of the whole evaluation, with every figure, in a real browser. */
@InChromium
class ReportInBrowserTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PDF_HEADER = 5;

    @TempDir
    private static Path folder;

    private static Path page;
    private static JsonNode results;
    private static Browser browser;

    @BeforeAll
    static void reproduce() throws IOException {
        String out = folder.resolve("r").toString();
        Invocation made = Invocation.of(
                new FakeIsos(),
                "reproduce",
                "-q",
                "--workloads",
                "resnet50-96,vgg16-68,googlenet-58-inception3a",
                "--out",
                out);
        assertEquals(0, made.exitCode(), made.err());
        page = folder.resolve("r/report.html");
        results = MAPPER.readTree(folder.resolve("r/results.json").toFile());
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    /** Opens the page and goes through it, so that everything is drawn. */
    private static void openAndRead(int width, String scheme) {
        // Chromium sometimes stops drawing a page that it has just opened, until it is opened anew
        for (int attempt = 1; !drawn(width, scheme); attempt++) {
            assertTrue(attempt < 4, "not all charts were drawn, however often the page was opened");
        }
        browser.run("scrollTo(0, 0)");
    }

    private static boolean drawn(int width, String scheme) {
        browser.open(page, width, scheme);
        browser.run("document.querySelectorAll('details.section').forEach(d => { d.open = true; })");
        browser.runAsync("""
                const done = arguments[arguments.length - 1];
                const blocks = [...document.querySelectorAll('.chart-block, .section-body')];
                const next = () => {
                  if (blocks.length === 0) { scrollTo(0, 0); done(); return; }
                  const block = blocks.shift();
                  block.scrollIntoView();
                  const end = performance.now() + 60;
                  const drawn = () => block.querySelector('.chart svg') || performance.now() > end;
                  const wait = () => drawn() ? next() : setTimeout(wait, 5);
                  wait();
                };
                next();
                """);
        // a slow machine may not have noticed that a block was in sight
        return browser.comesTrue(Duration.ofSeconds(20), """
                const left = [...document.querySelectorAll('.chart-block')].find(b => !b.querySelector('.chart svg'));
                left?.scrollIntoView();
                return !left;
                """);
    }

    @Test
    void everyChartHasMarksAndNothingIsFetched() {
        openAndRead(1280, "light");
        int charts = (int) browser.number("return document.querySelectorAll('.chart-block').length");
        assertTrue(charts >= 8, charts + " charts");
        // Marks: what a chart draws besides axes and legend; there are as many as values, or more.
        for (int i = 0; i < charts; i++) {
            Map<?, ?> chart = (Map<?, ?>) browser.run("""
                    const block = document.querySelectorAll('.chart-block')[arguments[0]];
                    const host = block.querySelector('.chart');
                    const option = echarts.getInstanceByDom(host).getOption();
                    const colours = new Set(option.series.map(s => s.itemStyle.color));
                    const marks = [...host.querySelectorAll('svg path, svg polyline')]
                      .filter(p => colours.has(p.getAttribute('fill')) || colours.has(p.getAttribute('stroke'))
                        || (p.getAttribute('fill') ?? '').startsWith('url('));
                    const values = option.series.filter(s => !['line', 'lines'].includes(s.type))
                      .reduce((sum, s) => sum + s.data.filter(d => d !== null && d !== 0).length, 0);
                    return {id: block.id, marks: marks.length, values, label: host.getAttribute('aria-label')};
                    """, i);
            long marks = ((Number) chart.get("marks")).longValue();
            assertTrue(marks > 0 && marks >= ((Number) chart.get("values")).longValue(), chart.toString());
            // The name that the page gave it; a chart's numbers are in its table.
            String label = (String) chart.get("label");
            assertTrue(!label.isEmpty() && label.length() < 120, chart.toString());
        }
        assertEquals(List.of(), browser.complaints());
        List<String> requests = browser.requests();
        assertEquals(1, requests.size(), requests.toString());
        assertTrue(requests.get(0).contains("report.html"), requests.toString());
    }

    @Test
    void numbersAreThoseOfTheResults() {
        browser.open(page, 1280, "light");
        browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        int numbers = 0;
        for (JsonNode figure : results.get("figures")) {
            for (JsonNode table : figure.get("tables")) {
                List<?> rows = rows("table-" + table.get("id").asText());
                List<JsonNode> expected = meansFirst(table.get("rows"));
                assertEquals(expected.size(), rows.size());
                for (int r = 0; r < rows.size(); r++) {
                    List<?> cells = (List<?>) rows.get(r);
                    int c = 0;
                    for (Map.Entry<String, JsonNode> field : expected.get(r).properties()) {
                        if (!field.getKey().equals("runs")) {
                            numbers += check(field.getKey(), field.getValue(), (Map<?, ?>) cells.get(c));
                            c++;
                        }
                    }
                }
            }
        }
        assertTrue(numbers > 300, numbers + " numbers compared");
        List<?> runs = rows("table-runs");
        assertEquals(results.get("runs").size(), runs.size());
        for (int r = 0; r < runs.size(); r++) {
            JsonNode run = results.get("runs").get(r);
            List<?> cells = (List<?>) runs.get(r);
            check("cycles", run.get("cycles"), (Map<?, ?>) cells.get(3));
            assertEquals(
                    results.get("commands").get(r).asText(),
                    browser.run(
                            "return document.querySelector(arguments[0] + ' code').textContent", "#run-" + (r + 1)));
        }
    }

    private static List<JsonNode> meansFirst(JsonNode rows) {
        List<JsonNode> means = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode row : rows) {
            String first = row.properties().iterator().next().getValue().asText();
            (first.equals("mean") || first.equals("geometric mean") ? means : others).add(row);
        }
        means.addAll(others);
        return means;
    }

    /** The cells of a table: shown text, and exact value or null. */
    private static List<?> rows(String id) {
        return (List<?>) browser.run(
                "return [...document.getElementById(arguments[0]).querySelectorAll('tbody tr')].map(r => [...r.cells]"
                        + ".map(c => ({text: c.textContent.trim(), exact: c.dataset.v ?? null})))",
                id);
    }

    private static int check(String path, JsonNode value, Map<?, ?> cell) {
        String shown = (String) cell.get("text");
        if (!value.isNumber()) {
            assertEquals(value.isNull() ? "" : value.asText(), shown, path);
            return 0;
        }
        assertEquals(value.asDouble(), Double.parseDouble((String) cell.get("exact")), path);
        int point = shown.indexOf('.');
        int decimals = point < 0 ? 0 : shown.length() - point - 1;
        BigDecimal rounded = value.decimalValue().setScale(decimals, RoundingMode.HALF_UP);
        assertEquals(
                0, rounded.compareTo(new BigDecimal(shown.replace(",", ""))), path + ": " + value + ", shown " + shown);
        return 1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void keepsTheRulesOfAccessibility(String scheme) throws IOException {
        openAndRead(1280, scheme);
        browser.run("document.querySelectorAll('details.run').forEach((d, i) => {"
                + " d.open = i < 2; d.classList.toggle('wanted', i < 2); })");
        browser.run("document.querySelectorAll('details.table-block').forEach(d => { d.open = true; })");
        browser.await("return document.querySelectorAll('.run .tables table').length >= 4");
        // Rows are alike; with all of them the rules take most of a minute.
        browser.run("document.querySelectorAll('tbody tr:nth-child(n+4)').forEach(row => row.remove())");
        try (InputStream axe = ReportInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
            browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object violations = browser.runAsync("""
                const done = arguments[arguments.length - 1];
                const options = {resultTypes: ['violations']};
                if (arguments[0] === 'dark') { options.runOnly = ['color-contrast']; } // All that differs.
                axe.run(document, options).then(
                  found => done(found.violations.map(v => v.id + ': ' + v.nodes.length + ' like ' + v.nodes[0].html)),
                  error => done([String(error)]));
                """, scheme);
        assertEquals(List.of(), violations);
    }

    @Test
    void lightAndDarkAsTheSystemSaysAndAsTheReaderChooses() {
        openAndRead(1280, "dark");
        String back = "return getComputedStyle(document.body).backgroundColor";
        String labels = "return document.querySelector('.chart svg text').getAttribute('fill')"
                + " ?? getComputedStyle(document.querySelector('.chart svg text')).fill";
        Object darkBack = browser.run(back);
        Object darkLabels = browser.run(labels);
        assertEquals("rgb(20, 24, 29)", darkBack);
        browser.run("document.querySelector('input[value=light]').click()");
        assertEquals("rgb(255, 255, 255)", browser.run(back));
        assertNotEquals(darkLabels, browser.run(labels), "charts change with the page");
        browser.run("document.querySelector('input[value=auto]').click()");
        assertEquals(darkBack, browser.run(back));
        assertEquals(darkLabels, browser.run(labels));
        browser.media("", "light");
        browser.await("return getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'");
    }

    @Test
    void aNarrowWindowScrollsDownOnly() {
        openAndRead(400, "light");
        browser.run("document.querySelectorAll('details.run').forEach((d, i) => {"
                + " d.open = i < 1; d.classList.toggle('wanted', i < 1); })");
        browser.run("document.querySelectorAll('details.table-block').forEach(d => { d.open = true; })");
        browser.await("return document.querySelectorAll('.run .tables table').length >= 2");
        assertEquals(400, browser.number("return document.documentElement.scrollWidth"));
        assertEquals(
                List.of(),
                browser.run(
                        "return [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll table, .unseen,"
                                + " .skip, svg') && e.getBoundingClientRect().right > 401).map(e => e.outerHTML.slice(0, 80))"));
        assertEquals(
                List.of(),
                browser.run("return [...document.querySelectorAll('.chart svg text')].filter(t =>"
                        + " t.getBoundingClientRect().left < t.closest('svg').getBoundingClientRect().left - 1"
                        + " && !t.closest('[clip-path]')).map(t => t.textContent)"));
    }

    @Test
    void printsWhatIsOpenInLightColours() {
        openAndRead(1280, "dark");
        byte[] pdf = browser.pdf();
        assertEquals("%PDF-", new String(pdf, 0, PDF_HEADER, StandardCharsets.US_ASCII));
        int pages = Pattern.compile("/Type\\s*/Page\\b")
                .matcher(new String(pdf, StandardCharsets.ISO_8859_1))
                .results()
                .toList()
                .size();
        assertTrue(pages >= 5, pages + " pages");
        browser.run("dispatchEvent(new Event('beforeprint'))");
        browser.media("print", "dark");
        assertEquals("rgb(28, 33, 39)", browser.run("return getComputedStyle(document.body).color"));
        assertEquals(
                0,
                browser.number("return [...document.querySelectorAll('button, .themes')]"
                        + ".filter(e => e.getBoundingClientRect().width > 0).length"));
        assertEquals(
                List.of(),
                browser.run(
                        "return [...document.querySelectorAll('.chart svg')].filter(e => e.getBoundingClientRect().right"
                                + " > document.documentElement.clientWidth + 1).map(e => e.closest('.chart-block').id)"));
        browser.media("", "dark");
        browser.run("dispatchEvent(new Event('afterprint'))");
        assertEquals("rgb(20, 24, 29)", browser.run("return getComputedStyle(document.body).backgroundColor"));
    }

    @Test
    void whatAReaderPointsAtHasAUnit() {
        openAndRead(1280, "light");
        browser.run("document.querySelector('#chart-traffic-megabytes .chart').focus()");
        browser.press(Keys.ARROW_RIGHT);
        String shown = (String) browser.run("return document.querySelector('#chart-traffic-megabytes .box').innerText");
        assertTrue(shown.lines().filter(line -> line.endsWith(" MB")).count() >= 3, shown);
        String spoken = (String) browser.run("return document.getElementById('live').textContent");
        assertTrue(spoken.contains(" MB"), spoken);
    }
}
