package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.workload.WorkloadRequest;
import dev.isos.report.Report;
import dev.isos.report.Report.Commands;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import dev.isos.report.sweep.LivePage;
import dev.isos.report.sweep.SweepState;
import dev.isos.report.sweep.SweepState.Phase;
import dev.isos.study.batch.Progress;
import dev.isos.study.execute.LocalExecutor;
import dev.isos.study.explore.Exploration;
import dev.isos.study.explore.ExplorationListener;
import dev.isos.study.store.SweepStore;
import dev.isos.study.sweep.Evaluated;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A page that follows a sweep, in a browser that is open meanwhile. */
@InChromium
class LivePageInBrowserTest {
    private static final String TEXT = "document.querySelector('#sweep .state .progress').textContent";

    /** The button on the page; also goes on. */
    private static final String PAUSE = "document.querySelector('#sweep .state button').click()";

    /** A page may be reading itself again. */
    private static final String LOADED = "if (document.readyState !== 'complete') { return false; } ";

    @TempDir
    private Path folder;

    private final List<Evaluated> found = new ArrayList<>();
    private Path page;
    private Exploration exploration;
    private SweepResult result;
    private Browser browser;

    @BeforeEach
    void explore() throws IOException {
        Path spec = Files.writeString(folder.resolve("spec.yaml"), """
                workloads: resnet50-81
                accelerators: [isosceles]
                parameters:
                  lanes: [1, 32..128]
                  filterBuffer: [1 MiB, 2 MiB, 4 MiB]
                objectives: [cycles, energyPj.total]
                """);
        page = folder.resolve("report.html");
        FakeIsos isos = new FakeIsos();
        WorkloadRequest request = WorkloadRequest.defaults();
        exploration = new Exploration(isos, SweepSpec.read(spec), request.seed());
        Sweep sweep = new Sweep(
                isos, request, SweepStore.none(), new LocalExecutor(isos, request, 1, Progress.NONE), Progress.NONE);
        result = exploration.run(sweep, new ExplorationListener() {
            @Override
            public void found(Evaluated point, boolean computed) {
                found.add(point);
            }
        });
        assertEquals(12, found.size());
        browser = new Browser();
    }

    @AfterEach
    void quit() {
        browser.close();
    }

    private static String page(SweepResult sweep, SweepState state) {
        return Report.html(sweep, Commands.NONE, state);
    }

    private void awaitText(String begin) {
        browser.await(LOADED + "return " + TEXT + ".startsWith(arguments[0])", begin);
    }

    @Test
    void followsTheSweepAndLooksAsBefore() {
        try (LivePage live = LivePage.start(page, exploration, LivePageInBrowserTest::page)) {
            browser.open(page, 1280, "light");
            awaitText("0 of 12 points");
            // the last ones first, so that values come between those that are there
            List<Evaluated> late = new ArrayList<>(found.subList(0, 6));
            found.subList(6, 12).forEach(point -> live.found(point, true));
            awaitText("6 of 12 points");
            // paused, else it may read itself again in the midst of what follows
            browser.await(
                    LOADED + "if (document.querySelectorAll('#sweep .points tbody tr').length !== 6) { return false; } "
                            + PAUSE + "; return true");
            browser.run("const set = (name, value) => { const s = document.querySelector(`#sweep [data-do=${name}]`);"
                    + " s.value = value; s.dispatchEvent(new Event('change')); };"
                    + " set('x', 'areaMm2'); set('axis', 'key lanes');"
                    + " for (const end of ['from', 'to']) document.querySelector(`#sweep [data-do=${end}]`).value = '64';"
                    + " document.querySelector('#sweep .keep').requestSubmit();"
                    + " document.querySelector('#sweep .plane .over').focus();");
            browser.press(Keys.HOME, Keys.ENTER, Keys.END, Keys.ENTER);
            browser.run("scrollTo(0, 500)");
            String view = "const s = JSON.parse(sessionStorage.getItem('isos-sweep ' + location.pathname));"
                    + " const view = [document.querySelector('#sweep [data-do=x]').value, s.pins.join(),"
                    + " document.querySelector('#sweep .brushes').textContent, scrollY,"
                    + " document.activeElement.className];";
            List<?> before = (List<?>) browser.run(view + " return view");
            assertEquals(
                    List.of("areaMm2", "lanes: 64 to 64 ×", 500L, "over"),
                    List.of(before.get(0), before.get(2), before.get(3), before.get(4)));
            live.more(4);
            late.forEach(point -> live.found(point, true));
            browser.run(PAUSE); // goes on
            awaitText("12 of 16 points, 3 failed");
            browser.await("return document.querySelectorAll('#sweep .points tbody tr').length === 3");
            String asBefore = LOADED + view + " return JSON.stringify(view) === JSON.stringify(arguments[0])";
            browser.await(asBefore, before);
            browser.await(LOADED + "return document.title.startsWith('75 % · ')");
            live.finish(result);
            browser.await(LOADED + "return document.querySelector('#sweep .phase').textContent === 'Finished'");
            browser.await(asBefore, before);
        }
        assertEquals(List.of(), browser.complaints());
    }

    @Test
    void aPageThatNobodyWritesAnyMoreSaysSo() throws IOException {
        Duration minute = Duration.ofMinutes(1);
        long written = System.currentTimeMillis() - minute.multipliedBy(5).toMillis();
        SweepState state =
                new SweepState(Phase.RUNNING, 6, 12, 0, 2, minute, minute, written, Duration.ofHours(1), minute);
        Files.writeString(page, page(exploration.soFar(found), state));
        browser.open(page, 400, "dark");
        browser.await("return document.querySelector('#sweep .phase').textContent === 'Has stopped'");
        assertEquals(
                "6 of 12 points, 2 of them from the store; 1 min 0 s so far, about 1 min 0 s left.",
                browser.run("return " + TEXT));
        Matcher age = Pattern.compile("Written (\\d+) min ago: the process has ended, .*")
                .matcher((String) browser.run("return document.querySelector('#sweep .age').textContent"));
        assertTrue(age.matches());
        long most = Math.round((System.currentTimeMillis() - written) / 60_000.0); // more than 5 on a busy machine
        assertTrue(Long.parseLong(age.group(1)) >= 5 && Long.parseLong(age.group(1)) <= most, age.group());
        assertEquals(400.0, browser.number("return document.documentElement.scrollWidth"));
    }
}
