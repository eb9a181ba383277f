package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page of a sweep, with mouse and keyboard, against its results. */
@InChromium
class SweepInBrowserTest {
    @TempDir
    private static Path folder;

    private static JsonNode results;
    private static Browser browser;

    @BeforeAll
    static void sweep() throws IOException {
        Path spec = Files.writeString(folder.resolve("spec.yaml"), """
                workloads: [a, b]
                accelerators: [isosceles]
                parameters:
                  lanes: [1, 32..128]
                  filterBuffer: [1 MiB, 2 MiB, 3 MiB, 4 MiB, 5 MiB]
                objectives: [cycles, energyPj.total]
                constraints: cycles < 1e12
                """.replace("[a, b]", "[resnet50-81, resnet50-96]"));
        Path out = folder.resolve("out");
        Invocation made = Invocation.of(
                new FakeIsos(),
                "sweep",
                spec.toString(),
                "-q",
                "--store",
                folder.resolve("store").toString(),
                "--out",
                out.toString());
        assertEquals(0, made.exitCode(), made.err());
        results = JsonMapper.builder()
                .build()
                .readTree(out.resolve("results.json").toFile());
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    @BeforeEach
    void open() {
        browser.open(folder.resolve("out/report.html"), 1280, "light");
        browser.run("sessionStorage.clear()");
        browser.open(folder.resolve("out/report.html"), 1280, "light");
        browser.await("return document.querySelectorAll('#sweep .points tbody tr').length > 0");
    }

    private static void group(String name) {
        browser.run(
                "const g = document.querySelector('#sweep [data-do=group]'); g.value = arguments[0];"
                        + " g.dispatchEvent(new Event('change'))",
                name);
    }

    @Test
    void everyNumberOfTheTableIsThatOfTheResults() {
        Map<String, JsonNode> points = new HashMap<>();
        results.get("points")
                .forEach(point -> points.put(
                        point.get("workload").asText() + " "
                                + point.at("/accelerator/name").asText(),
                        point));
        int numbers = 0;
        for (String workload : List.of("resnet50-81", "resnet50-96")) {
            group(workload);
            List<?> cells = (List<?>)
                    browser.run(
                            "return [...document.querySelectorAll('#sweep .points td[data-path]')].map(c =>"
                                    + " [c.parentNode.dataset.name, c.dataset.path, c.dataset.v, c.parentNode.cells[0].textContent])");
            for (Object cell : cells) {
                List<?> of = (List<?>) cell;
                JsonNode point = points.get(workload + " " + of.get(0));
                assertEquals(
                        point.get("metrics").get((String) of.get(1)).asDouble(),
                        Double.parseDouble((String) of.get(2)),
                        of.toString());
                assertEquals(
                        point.get("pareto").asBoolean(),
                        List.of("front", "knee").contains(of.get(3)),
                        of.toString());
                numbers++;
            }
        }
        assertEquals(points.size() * results.at("/points/0/metrics").size(), numbers);
        assertEquals(
                results.get("infeasible").size(),
                ((Number) browser.run("return [...document.querySelectorAll('#sweep .failures tbody tr')]"
                                + ".reduce((sum, row) => sum + Number(row.cells[1].textContent), 0)"))
                        .intValue());
        assertEquals(List.of(), browser.complaints());
        assertEquals(1, browser.requests().size(), "the page itself");
    }

    @Test
    void theKeyboardChoosesAndPinsTwoPointsToCompare() {
        group("resnet50-96");
        browser.run("document.querySelector('#sweep .plane .over').focus()");
        browser.press(Keys.HOME, Keys.ENTER, Keys.END, Keys.ENTER);
        JsonNode metrics = results.at("/points/0/metrics");
        List<?> rows = (List<?>) browser.run("return [...document.querySelectorAll('#sweep .difference tr[data-path]')]"
                + ".map(r => [r.dataset.path, ...[1, 2, 3].map(n => Number(r.cells[n].dataset.v))])");
        assertEquals(metrics.size(), rows.size());
        List<?> cycles = (List<?>) rows.get(0);
        double a = ((Number) cycles.get(1)).doubleValue();
        double b = ((Number) cycles.get(2)).doubleValue();
        assertTrue(a < b, cycles.toString());
        assertEquals(b - a, ((Number) cycles.get(3)).doubleValue());
        String command = (String) browser.run("return document.querySelector('#sweep .difference code').textContent");
        assertTrue(command.endsWith(" && ./isos diff a b"), command);
        assertTrue(command.contains("--workload resnet50-96 --accelerator isosceles:lanes="), command);
        browser.press(Keys.ESCAPE);
        assertEquals(true, browser.run("return document.querySelector('#sweep .difference').hidden"));
    }

    @Test
    void brushesInWordsAndByMouseKeepPoints() {
        group("resnet50-81");
        browser.run("const axis = document.querySelector('#sweep [data-do=axis]'); axis.value = 'key lanes';"
                + " axis.dispatchEvent(new Event('change'));"
                + " for (const end of ['from', 'to']) { document.querySelector(`#sweep [data-do=${end}]`).value = '64'; }"
                + " document.querySelector('#sweep [data-do=to]').focus()");
        browser.press(Keys.ENTER);
        assertEquals(5L, browser.run("return document.querySelectorAll('#sweep .points tbody tr').length"));
        browser.run("document.querySelector('#sweep .brushes button').click()");
        assertEquals(15L, browser.run("return document.querySelectorAll('#sweep .points tbody tr').length"));
        browser.run("document.querySelector('#sweep .lines .over').scrollIntoView({block: 'center'})");
        browser.await("return document.querySelector('#sweep .lines .over').clientWidth > 0");
        int width = browser.element("#sweep .lines .over").getSize().getWidth();
        browser.mouse()
                .moveToElement(browser.element("#sweep .lines .over"), 45 - width / 2, 117)
                .clickAndHold()
                .moveByOffset(0, -30)
                .release()
                .perform();
        assertEquals(1L, browser.run("return document.querySelectorAll('#sweep .brushes button').length"));
        assertEquals(5L, browser.run("return document.querySelectorAll('#sweep .points tbody tr').length"));
    }

    @Test
    void headersAndLinksOfATableAreOneTabStopEach() {
        assertEquals(30L, browser.run("return document.querySelectorAll('#table-runs tbody a').length"));
        long stops = (Long) browser.run(
                "return [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')]"
                        + ".filter(e => e.tabIndex >= 0 && e.checkVisibility()).length");
        assertTrue(stops <= 60, stops + " tab stops");
        browser.run("document.querySelector('#sweep .points thead button').focus()");
        browser.press(Keys.ARROW_RIGHT, Keys.ENTER, Keys.END);
        assertEquals(
                List.of("ascending", 1L, true),
                browser.run("const all = [...document.querySelectorAll('#sweep .points thead button')];"
                        + " return [all[1].parentNode.getAttribute('aria-sort'), all.filter(b => b.tabIndex === 0).length,"
                        + " document.activeElement === all[all.length - 1]]"));
        browser.run("document.querySelector('#table-runs tbody a').focus()");
        browser.press(Keys.ARROW_DOWN, Keys.END, Keys.ARROW_UP);
        assertEquals("#29", browser.run("return document.activeElement.textContent"));
    }

    @Test
    void keepsTheRulesOfAccessibility() throws IOException {
        browser.run("document.querySelector('#sweep .plane .over').focus()");
        browser.press(Keys.HOME, Keys.ENTER, Keys.END, Keys.ENTER);
        try (InputStream axe = SweepInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
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
