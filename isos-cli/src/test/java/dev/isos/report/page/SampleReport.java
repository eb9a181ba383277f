package dev.isos.report.page;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.AcceleratorSummary;
import dev.isos.api.result.RunResult.Bound;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.api.result.RunResult.Energy;
import dev.isos.api.result.RunResult.Host;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.MacCounts;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.api.result.RunResult.Traffic;
import dev.isos.api.result.RunResult.WorkloadSummary;
import dev.isos.report.figure.ComparisonFigures;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import gg.jte.html.HtmlContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A small report whose names are as bad as those of files can be. */
final class SampleReport {
    /** A name that tries to leave every place it is put. */
    static final String NASTY =
            "a</script><script>window.broken=1</script>\"><img src=x onerror='window.broken=2'>&amp;";

    static final List<String> WORKLOADS = List.of(NASTY, "second");
    static final List<String> ACCELERATORS = List.of("isosceles", "sparten", "x' onload='window.broken=3");

    private SampleReport() {}

    static FigureReport report() {
        return report(0);
    }

    /** The same with another time of the host, which no page shows. */
    static FigureReport report(double hostSeconds) {
        List<RunResult> runs = new ArrayList<>();
        for (String workload : WORKLOADS) {
            for (String accelerator : ACCELERATORS) {
                runs.add(run(workload, accelerator, runs.size() + 1, hostSeconds));
            }
        }
        List<Figure> figures = new ArrayList<>();
        figures.add(new Figure(
                "paper",
                "Paper " + NASTY,
                NASTY,
                List.of(),
                List.of(new FigureTable(
                        "paper",
                        NASTY,
                        List.of(
                                FigureColumn.words("metric", "metric"),
                                FigureColumn.number("paper", "paper", 1),
                                FigureColumn.number("ours", "ours", 2),
                                FigureColumn.words("reason", NASTY)),
                        List.of(
                                new FigureRow(Arrays.asList(NASTY, 4.0, 2.0, NASTY), List.of(0, 1, 2, 3)),
                                new FigureRow(Arrays.asList("other", 5.0, 10.0, null), List.of(4))))),
                List.of(NASTY)));
        figures.addAll(ComparisonFigures.of(runs, ACCELERATORS.size(), 1));
        return new FigureReport(
                "Report " + NASTY,
                "./isos compare -w '" + NASTY + "'",
                figures,
                runs.stream()
                        .map(run -> new SourceRun(run, "./isos run " + NASTY))
                        .toList());
    }

    private static RunResult run(String workload, String accelerator, int n, double hostSeconds) {
        List<LayerResult> layers = IntStream.rangeClosed(1, 12)
                .mapToObj(i -> new LayerResult(
                        i == 1 ? NASTY : "conv" + i,
                        "conv",
                        "64x56x56",
                        "64x56x56",
                        "64x64x3x3",
                        List.of(i == 1 ? -1 : i - 2),
                        i % 3 == 0 ? i - 3 : null,
                        0.123456,
                        0.5 + i / 100.0,
                        new MacCounts(10_000L * i, 1_000L * i, 1_000L * i),
                        1_000L * n + (i * 7 % 12) * 100,
                        0.25,
                        i,
                        i + 1_000L * n,
                        new Traffic(i * 1024L, 2048, 512 + i, 0),
                        new Energy(i * 1e6, 2e6, 3e6, 0.5e6, i * 1e6 + 5.5e6)))
                .toList();
        return new RunResult(
                1,
                new WorkloadSummary(workload, "net", 7, 0.25, NASTY),
                new AcceleratorSummary(
                        accelerator,
                        "df",
                        "hw",
                        "block",
                        "event",
                        "energy",
                        accelerator,
                        Map.of("lanes", "32" + NASTY)),
                12_345L * n,
                12_345e-9 * n,
                new MacCounts(780_000, 78_000, 78_000),
                0.4321,
                new Traffic(1_000_000L * n, 2_000_000, 500_000, 250_000L * n),
                new Energy(1e8 * n, 2e8, 3e8, 0.5e8, 1e8 * n + 5.5e8),
                12.345,
                new Bound(0.3, 0.6, 0.1),
                true,
                "0123456789abcdef",
                List.of(),
                List.of(new SegmentResult(
                        List.of(NASTY, "conv12"), 12_345L * n, new Traffic(1, 2, 3, 4), null, 4096, NASTY)),
                List.of("pool" + NASTY),
                List.of(),
                layers,
                List.of(new ComponentResult(NASTY, "sram", 2e8, 3.5)),
                new Host(hostSeconds, 2),
                Map.of("isos-core", "0.1.0"));
    }

    /** What a page may begin with. */
    static Opening opening() {
        return new Opening(
                "What this is: " + NASTY,
                List.of(new Opening.KeyNumber(
                        NASTY, "2.00×", "4.00×", "−50 %", NASTY, "because " + NASTY, List.of(0, 1, 2, 3))),
                "Agrees " + NASTY,
                "paper",
                List.of(new Opening.Panel(
                        "point", "A point " + NASTY, out -> out.writeUserContent(NASTY), "A caption " + NASTY)),
                List.of(new Opening.Chapter("A chapter " + NASTY, List.of("extra"))));
    }

    /** A section with everything a section may have. */
    static Section section() {
        return new Section() {
            @Override
            public String id() {
                return "extra";
            }

            @Override
            public String title() {
                return "Extra " + NASTY;
            }

            @Override
            public HtmlContent html() {
                return out -> {
                    out.writeContent("<p id=\"extra-text\">");
                    out.writeUserContent(NASTY);
                    out.writeContent("</p>\n<p class=\"from-data\"></p>");
                };
            }

            @Override
            public String script() {
                return "root.querySelector('.from-data').textContent = data.name + ' ' + page.number(1234.5, 1) + ' '"
                        + " + page.reducedMotion + ' ' + page.colour('--c0');";
            }

            @Override
            public Object data() {
                return Map.of("name", NASTY);
            }

            @Override
            public String style() {
                return "#extra .from-data { color: rgb(1, 2, 3) }\n";
            }
        };
    }
}
