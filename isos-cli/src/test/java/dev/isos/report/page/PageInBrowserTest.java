package dev.isos.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.report.figure.FigureReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A page with names that attack it, in a browser. */
@InChromium
class PageInBrowserTest {
    @TempDir
    private static Path folder;

    private static FigureReport report;
    private static Path file;
    private static Browser browser;

    @BeforeAll
    static void write() throws IOException {
        report = SampleReport.report();
        file = folder.resolve("report.html");
        Files.writeString(
                file, PageWriter.write(report, Optional.of(SampleReport.opening()), List.of(SampleReport.section())));
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    @Test
    void namesFromFilesAreShownAndNotRun() {
        browser.open(file, 1280, "light");
        browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        browser.await("return document.querySelectorAll('.run .tables table').length === 18");
        assertNull(browser.run("return window.broken ?? null"));
        assertEquals(0, browser.number("return document.images.length"));
        assertEquals("Report " + SampleReport.NASTY, browser.run("return document.title"));
        assertEquals(SampleReport.NASTY, browser.run("return document.querySelector('.remarks li').textContent"));
        assertEquals(
                SampleReport.NASTY,
                browser.run("return document.querySelector('#table-layers-1 tbody th').textContent"));
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void sectionsRunWithTheirData() {
        browser.open(file, 1280, "light");
        browser.run("document.getElementById('extra').open = true");
        browser.run("document.getElementById('extra').scrollIntoView()");
        browser.await("return document.querySelector('.from-data').textContent !== ''");
        assertEquals(
                SampleReport.NASTY + " 1,234.5 true #0072b2",
                browser.run("return document.querySelector('.from-data').textContent"));
        assertEquals(
                "rgb(1, 2, 3)", browser.run("return getComputedStyle(document.querySelector('.from-data')).color"));
    }

    @Test
    void tablesOfLayersAreBuiltWhenAskedForAndSort() {
        browser.open(file, 1280, "light");
        assertEquals(0, browser.number("return document.querySelectorAll('.run .tables table').length"));
        browser.run("document.querySelector('#runs > summary').click()");
        browser.run("document.querySelector('#table-runs a[href=\"#run-2\"]').click()");
        browser.await("return document.querySelectorAll('#run-2 .tables table').length === 3");
        assertEquals(true, browser.run("return document.getElementById('run-2').open"));
        String cycles =
                "return [...document.querySelectorAll('#table-layers-2 tbody tr')].map(r => r.cells[8].textContent)";
        List<String> inOrder = report.runs().get(1).result().layers().stream()
                .map(layer -> String.format(Locale.ROOT, "%,d", layer.cycles()))
                .toList();
        assertEquals(inOrder, browser.run(cycles));
        browser.run("document.querySelectorAll('#table-layers-2 th button')[8].focus()");
        browser.press(Keys.ENTER);
        assertEquals(
                "descending",
                browser.run(
                        "return document.querySelectorAll('#table-layers-2 thead th')[8].getAttribute('aria-sort')"));
        List<String> sorted = report.runs().get(1).result().layers().stream()
                .sorted((a, b) -> Long.compare(b.cycles(), a.cycles()))
                .map(layer -> String.format(Locale.ROOT, "%,d", layer.cycles()))
                .toList();
        assertEquals(sorted, browser.run(cycles));
        browser.press(Keys.SPACE);
        assertEquals(sorted.get(0), ((List<?>) browser.run(cycles)).get(11));
        browser.press(Keys.ENTER);
        assertEquals(inOrder, browser.run(cycles));
    }

    @Test
    void aMeanLeadsToItsRuns() {
        browser.open(file, 1280, "light");
        browser.run("document.querySelector('.keys a.ours').click()");
        assertEquals(
                List.of("1", "2", "3", "4"),
                browser.run("return [...document.querySelectorAll('#table-runs tbody tr')]"
                        + ".filter(r => !r.hidden).map(r => r.dataset.run)"));
        browser.run("document.querySelector('#chosen button').click()");
        assertEquals(0, browser.number("return document.querySelectorAll('#table-runs tbody tr[hidden]').length"));
    }

    @Test
    void commandLinesCanBeCopied() {
        browser.open(file, 1280, "light");
        assertEquals(
                report.command(), browser.run("return document.querySelector('footer .command code').textContent"));
        browser.run("document.querySelector('footer .command button').focus()");
        browser.press(Keys.ENTER);
        browser.await("return document.querySelector('footer .command button').textContent === 'Copied'");
        assertEquals("Command line copied", browser.run("return document.getElementById('live').textContent"));
    }

    @Test
    void nothingIsFetchedWhateverAScriptAsksFor() {
        browser.open(file, 1280, "light");
        Object blocked = browser.runAsync("""
                const done = arguments[arguments.length - 1];
                const blocked = [];
                document.addEventListener('securitypolicyviolation', e => {
                  blocked.push(e.effectiveDirective);
                  if (blocked.length === 3) { done(blocked.sort()); }
                });
                fetch('http://127.0.0.1:9/').catch(() => {});
                new Image().src = 'http://127.0.0.1:9/x.png';
                const script = document.createElement('script');
                script.textContent = 'window.broken = 4';
                document.body.append(script);
                """);
        assertEquals(List.of("connect-src", "img-src", "script-src-elem"), blocked);
        assertNull(browser.run("return window.broken ?? null"));
    }

    @Test
    void theKeyboardReachesEverything() {
        browser.open(file, 1280, "light");
        browser.tab();
        assertEquals("skip", browser.run("return document.activeElement.className"));
        assertEquals("solid", browser.run("return getComputedStyle(document.activeElement).outlineStyle"));
        browser.press(Keys.ENTER);
        assertEquals("main", browser.run("return document.activeElement.id"));
        browser.tab();
        assertEquals("ours", browser.run("return document.activeElement.className"));
        // Charts: arrow keys show values, and tell them to who cannot see.
        browser.run("document.querySelector('#speed > summary').focus()");
        browser.press(Keys.ENTER);
        browser.run("document.querySelector('#chart-speed-ratio .chart').focus()");
        browser.await("return document.querySelector('#chart-speed-ratio svg') !== null");
        browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        String spoken = (String) browser.run("return document.getElementById('live').textContent");
        assertTrue(spoken.startsWith("second; isosceles ") && spoken.contains("; sparten 1×"), spoken);
        assertTrue(
                ((String) browser.run("return document.querySelector('#chart-speed-ratio .chart').innerText"))
                        .contains("second"),
                "the box with the values");
    }
}
