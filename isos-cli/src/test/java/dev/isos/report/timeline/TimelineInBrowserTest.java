package dev.isos.report.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.Report;
import dev.isos.report.Report.Commands;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import dev.isos.report.page.Section;
import dev.isos.report.timeline.Illustrations.TimelineChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.WheelInput.ScrollOrigin;

/** A run over time, by mouse and by keyboard; what is summed up are the numbers of the result. */
@InChromium
class TimelineInBrowserTest {
    private static final String WORKLOAD = "googlenet-58-inception3a";
    private static final String VIEW = "return document.querySelector('#timeline .stage').dataset.view";

    @TempDir
    private static Path folder;

    private static Path one;
    private static Path two;
    private static Section section;
    private static RunResult result;
    private static Browser browser;

    @BeforeAll
    static void run() throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        Workload workload = isos.workload(WORKLOAD, TestCache.request());
        LaneRaster raster = TimelineSection.recorder();
        result = isos.run(
                workload, isos.accelerator(AcceleratorRequest.of("isosceles")), new RunOptions(true, raster, 1, 0));
        section = TimelineSection.of(workload.network(), raster, result).orElseThrow();
        one = folder.resolve("one.html");
        Files.writeString(one, Report.html(result, Commands.NONE, List.of(section)));
        TimelineChoice choice = new TimelineChoice(WORKLOAD, List.of("isosceles", "isosceles-single"), 2);
        two = folder.resolve("two.html");
        Files.writeString(two, Report.html(result, Commands.NONE, List.of(TimelineSection.of(isos, workload, choice))));
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    @BeforeEach
    void open() {
        open(one, "light");
    }

    private static void open(Path page, String scheme) {
        browser.open(page, 1280, scheme);
        browser.run("document.getElementById('timeline').scrollIntoView()");
        browser.await("return document.querySelector('#timeline .summary table') !== null");
    }

    /** The exact numbers that are summed up, by name; of the first run. */
    private static double summed(String path) {
        return browser.number(
                "return Number(document.querySelector(`#timeline .summary [data-path='${arguments[0]}']`).dataset.v)",
                path);
    }

    @Test
    void theWholeRunSumsUpToTheResult() {
        assertEquals(result.cycles(), summed("cycles"));
        assertEquals(result.traffic().outputs(), summed("port.DRAM writes"));
        assertEquals(result.traffic().total() - result.traffic().outputs(), summed("port.DRAM reads"));
        assertTrue(summed("busy") > 0 && summed("busy") <= 1);
        assertEquals(
                result.segments().size(),
                browser.number("return JSON.parse(document.getElementById('timeline-data').textContent)"
                        + ".runs[0].segmentEnds.length"));
        assertEquals(List.of(), browser.complaints());
    }

    /** Bytes of boxes beside each other are those of all. */
    @Test
    void boxesAddUp() {
        browser.run("document.querySelector('#timeline .stage').focus()");
        double cycles = 0;
        double bytes = 0;
        for (int s = 0; s < result.segments().size(); s++) {
            browser.press("]");
            cycles += summed("cycles");
            bytes += summed("port.DRAM reads");
        }
        double bin = browser.number(
                "return JSON.parse(document.getElementById('timeline-data').textContent).runs[0].binCycles");
        // ends of segments are rounded to bins
        assertEquals(result.cycles(), cycles, bin * result.segments().size());
        double all = result.traffic().total() - result.traffic().outputs();
        assertEquals(all, bytes, 0.02 * all);
        browser.press(Keys.ESCAPE);
        assertEquals(result.cycles(), summed("cycles"));
    }

    @Test
    void theWheelZoomsOnceThePictureHasTheFocus() {
        Object whole = browser.run(VIEW);
        ScrollOrigin lanes = ScrollOrigin.fromElement(browser.element("#timeline canvas"));
        browser.run("document.querySelector('#timeline .stage').focus()");
        browser.mouse().scrollFromOrigin(lanes, 0, -300).perform();
        browser.await(VIEW + " !== arguments[0]", whole);
        browser.element("#timeline [data-do=fit]").click();
        assertEquals(whole, browser.run(VIEW));
    }

    @Test
    void draggingMakesABoxAndZoomsToIt() {
        Object whole = browser.run(VIEW);
        browser.mouse()
                .dragAndDropBy(browser.element("#timeline canvas"), 150, 0)
                .perform();
        browser.await("return !document.querySelector('#timeline [data-do=box]').hidden");
        double from = browser.number("return Number(document.querySelector('#timeline .summary').dataset.from)");
        double cycles = summed("cycles");
        assertTrue(cycles > 0 && cycles < result.cycles() / 2.0, cycles + " cycles");
        browser.element("#timeline [data-do=box]").click();
        assertNotEquals(whole, browser.run(VIEW));
        assertEquals(from, Double.parseDouble(((String) browser.run(VIEW)).split(" ")[0]), 64);
        assertEquals(cycles, summed("cycles"), 128);
    }

    @Test
    void draggingOverTheOverviewZooms() {
        Object whole = browser.run(VIEW);
        browser.mouse()
                .moveToElement(
                        browser.element("#timeline canvas"),
                        -100,
                        8 - browser.element("#timeline canvas").getSize().getHeight() / 2)
                .clickAndHold()
                .moveByOffset(80, 0)
                .release()
                .perform();
        assertNotEquals(whole, browser.run(VIEW));
        assertEquals(true, browser.run("return document.querySelector('#timeline [data-do=box]').hidden"));
    }

    @Test
    void theKeyboardMovesAndZooms() {
        browser.run("document.querySelector('#timeline .stage').focus()");
        Object whole = browser.run(VIEW);
        browser.press("+", "+");
        String near = (String) browser.run(VIEW);
        double length = Double.parseDouble(near.split(" ")[1]) - Double.parseDouble(near.split(" ")[0]);
        assertEquals(result.cycles() / 4.0, length, 2);
        browser.press(Keys.ARROW_RIGHT);
        assertNotEquals(near, browser.run(VIEW));
        browser.press(Keys.END);
        assertEquals(result.cycles(), Double.parseDouble(((String) browser.run(VIEW)).split(" ")[1]), 1);
        browser.press(Keys.HOME);
        assertEquals("0", ((String) browser.run(VIEW)).split(" ")[0]);
        browser.press("0");
        assertEquals(whole, browser.run(VIEW));
    }

    @Test
    void aLayerIsHighlighted() {
        String colours = "const c = document.querySelector('#timeline canvas');"
                + "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let sum = 0;"
                + "for (let i = 0; i < d.length; i += 4) { sum += d[i] * 3 + d[i + 1] * 5 + d[i + 2]; } return sum";
        double before = browser.number(colours);
        browser.run("const s = document.querySelector('#timeline [data-do=layer]'); s.selectedIndex = 1;"
                + " s.dispatchEvent(new Event('change'))");
        browser.await(colours.replace("return sum", "return sum !== arguments[0]"), before);
    }

    @Test
    void twoRunsHaveOneScale() {
        open(two, "light");
        assertEquals(2, browser.number("return document.querySelectorAll('#timeline canvas').length"));
        List<?> cycles = (List<?>)
                browser.run("return [...document.querySelectorAll(\"#timeline .summary [data-path='cycles']\")]"
                        + ".map(c => Number(c.dataset.v))");
        assertEquals(2, cycles.size());
        assertTrue(((Number) cycles.get(0)).longValue() < ((Number) cycles.get(1)).longValue(), cycles.toString());
    }

    @Test
    void theBinsTakeAMegabyteAtMost() throws IOException {
        long bytes = JsonMapper.builder().build().writeValueAsBytes(section.data()).length;
        assertTrue(bytes <= 1_000_000 + 100_000, bytes + " bytes");
    }

    @Test
    void keepsTheRulesOfAccessibility() throws IOException {
        for (String scheme : List.of("light", "dark")) {
            open(one, scheme);
            try (InputStream axe = TimelineInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
                browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
            }
            assertEquals(List.of(), browser.runAsync("""
                    const done = arguments[arguments.length - 1];
                    axe.run(document.getElementById('timeline'), {resultTypes: ['violations']}).then(
                      found => done(found.violations.map(v => v.id + ': ' + v.nodes.length + ' like ' + v.nodes[0].html)),
                      error => done([String(error)]));
                    """));
        }
    }
}
