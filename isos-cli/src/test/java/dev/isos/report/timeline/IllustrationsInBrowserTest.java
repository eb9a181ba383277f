package dev.isos.report.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.workload.Workload;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import dev.isos.report.page.PageWriter;
import dev.isos.report.timeline.Illustrations.TimelineChoice;
import dev.isos.report.timeline.Illustrations.WavefrontChoice;
import dev.isos.testkit.RandomWorkloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The drawings of a report in a browser whose reader wants no motion. */
@InChromium
class IllustrationsInBrowserTest {
    @TempDir
    private Path folder;

    @Test
    void wavefrontsAreSteppedByHand() throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        Workload workload = RandomWorkloads.corners().get("residual-projected");
        String layer = workload.network().layers().stream()
                .filter(l -> l.convolution().isPresent())
                .findFirst()
                .orElseThrow()
                .name();
        WavefrontSection wavefronts = WavefrontSection.of(
                        workload, new WavefrontChoice("w", layer, "tiled-os-recompute"))
                .orElseThrow();
        TimelineSection timeline = TimelineSection.of(
                isos, workload, new TimelineChoice("w", List.of("isosceles", "isosceles-single"), 9));
        isos.release(workload);
        Path file = folder.resolve("report.html");
        FigureReport report = new FigureReport("Drawings", "isos", List.of(), List.of());
        Files.writeString(file, PageWriter.write(report, Optional.empty(), List.of(timeline, wavefronts)));
        int frames = ((List<?>) wavefronts.data()).size();
        try (Browser browser = new Browser()) {
            for (int width : new int[] {1280, 400}) {
                browser.open(file, width, "dark");
                assertTrue(browser.number("return document.querySelectorAll('#timeline .lanes path').length") > 3);
                assertTrue(
                        browser.number("return document.documentElement.scrollWidth") <= width,
                        "no wider than the window");
                browser.run("document.getElementById('wavefronts').scrollIntoView()");
                browser.await("return !document.querySelector('#wavefronts .controls').hidden");
                assertEquals(
                        true,
                        browser.run("return document.querySelector('#wavefronts [data-do=play]').hidden"),
                        "no motion");
                browser.run("document.querySelector('#wavefronts input').focus()");
                browser.press(Keys.HOME);
                assertEquals("wavefront 1 of " + frames, text(browser, "frame"));
                assertEquals("0 %", text(browser, "isosDone"));
                for (int i = 1; i < frames; i++) {
                    browser.press(Keys.ARROW_RIGHT);
                }
                assertEquals("wavefront " + frames + " of " + frames, text(browser, "frame"));
                assertEquals("100 %", text(browser, "isosDone"));
                assertEquals("100 %", text(browser, "tiledDone"));
                browser.run("document.querySelector('#wavefronts [data-do=back]').focus()");
                browser.press(Keys.ENTER);
                assertEquals("wavefront " + (frames - 1) + " of " + frames, text(browser, "frame"));
                assertTrue(browser.number(
                                "return document.querySelectorAll('#wavefronts [data-marks=isosNow] rect').length")
                        > 0);
                assertEquals(List.of(), browser.complaints());
            }
        }
    }

    private static Object text(Browser browser, String number) {
        return browser.run("return document.querySelector('[data-number=" + number + "]').textContent");
    }
}
