package dev.isos.report.page;

import dev.isos.api.result.RunResult;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.text.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The runs behind the numbers: a table of all, then each with its configuration and the command line that repeats it. */
final class RunsHtml {
    static final String ID = "runs";
    static final String TITLE = "Runs behind the numbers";

    private static final double MS_PER_SECOND = 1e3;
    private static final double BYTES_PER_MB = 1e6;
    private static final double PJ_PER_UJ = 1e6;
    private static final double PERCENT = 100;

    private static final List<FigureColumn> COLUMNS = List.of(
            FigureColumn.words("run", "run"),
            FigureColumn.words("workload", "workload"),
            FigureColumn.words("accelerator", "accelerator"),
            FigureColumn.number("cycles", "cycles", 0),
            FigureColumn.number("milliseconds", "ms", 3),
            FigureColumn.number("traffic", "off chip, MB", 2),
            FigureColumn.number("energy", "energy, µJ", 1),
            FigureColumn.number("utilization", "MACs used, %", 1),
            FigureColumn.words("bound", "bound by"));

    private final List<SourceRun> runs;

    RunsHtml(List<SourceRun> runs) {
        this.runs = runs;
    }

    void write(StringBuilder out) {
        out.append("<section id=\"").append(ID).append("\" aria-labelledby=\"runs-title\">\n<h2 id=\"runs-title\">");
        out.append(TITLE).append("</h2>\n<p>Every number of this page comes from these runs. Open one to see its");
        out.append(" configuration, its layers, and the command line that repeats it.</p>\n");
        out.append("<p class=\"chosen\" id=\"chosen\" hidden><span></span></p>\n");
        table(out);
        String workload = null;
        for (int i = 0; i < runs.size(); i++) {
            RunResult run = runs.get(i).result();
            if (!run.workload().id().equals(workload)) {
                workload = run.workload().id();
                out.append("<h3 class=\"workload\">")
                        .append(Markup.escape(workload))
                        .append("</h3>\n");
            }
            run(out, i, runs.get(i));
        }
        out.append("</section>\n");
    }

    private void table(StringBuilder out) {
        out.append(
                "<div class=\"table-block\" id=\"table-runs\">\n<div class=\"bar\"><h3 id=\"caption-runs\">All runs");
        out.append("</h3><div class=\"tools\"></div></div>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
        out.append(" aria-labelledby=\"caption-runs\">\n<table aria-labelledby=\"caption-runs\">\n<thead><tr>");
        for (FigureColumn column : COLUMNS) {
            out.append("<th scope=\"col\"").append(column.isNumber() ? " class=\"n\">" : ">");
            out.append(column.header()).append("</th>");
        }
        out.append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < runs.size(); i++) {
            row(out, i, runs.get(i).result());
        }
        out.append("</tbody>\n</table>\n</div>\n</div>\n");
    }

    private static void row(StringBuilder out, int position, RunResult run) {
        List<Object> cells = new ArrayList<>();
        cells.add(run.workload().id());
        cells.add(run.accelerator().name());
        cells.add(run.cycles());
        cells.add(run.seconds() * MS_PER_SECOND);
        cells.add(run.traffic().total() / BYTES_PER_MB);
        cells.add(run.energyPj().total() / PJ_PER_UJ);
        cells.add(run.macUtilization() * PERCENT);
        cells.add(bound(run));
        String number = String.valueOf(position + 1);
        out.append("<tr data-run=\"").append(number).append("\"><th scope=\"row\" class=\"from\" data-v=\"");
        out.append(number)
                .append("\"><a href=\"#")
                .append(RunLinks.anchor(position))
                .append("\" aria-label=\"run ");
        out.append(number).append("\">#").append(number).append("</a></th>");
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i) instanceof Number value) {
                out.append("<td class=\"n\" data-v=\"")
                        .append(TableHtml.exact(value))
                        .append("\">");
                out.append(COLUMNS.get(i + 1).text(value.doubleValue())).append("</td>");
            } else {
                out.append("<td class=\"short\">")
                        .append(Markup.escape((String) cells.get(i)))
                        .append("</td>");
            }
        }
        out.append("</tr>\n");
    }

    private static void run(StringBuilder out, int position, SourceRun source) {
        RunResult run = source.result();
        out.append("<details class=\"run\" id=\"").append(RunLinks.anchor(position));
        out.append("\" data-run=\"").append(position).append("\"><summary><span class=\"number\">#");
        out.append(position + 1)
                .append("</span>")
                .append(Markup.escape(run.workload().id()))
                .append(" on ");
        out.append(Markup.escape(run.accelerator().name())).append("<span class=\"fact\">");
        out.append(Units.count(run.cycles())).append(" cycles</span></summary>\n");
        command(out, source.command());
        out.append("<dl class=\"facts\">\n");
        fact(
                out,
                "workload",
                run.workload().id() + ", network " + run.workload().network());
        fact(out, "seed", String.valueOf(run.workload().seed()));
        fact(out, "weights", Units.percent(run.workload().weightDensity()) + " non-zero");
        fact(out, "source", run.workload().source());
        fact(
                out,
                "accelerator",
                run.accelerator().id() + "; dataflow " + run.accelerator().dataflow() + "; hardware "
                        + run.accelerator().hardware() + "; mapping "
                        + run.accelerator().mapping() + "; energy model "
                        + run.accelerator().energyModel());
        if (!run.accelerator().changes().isEmpty()) {
            fact(out, "parameters", pairs(run.accelerator().changes(), " = ") + "; the others have their defaults");
        }
        fact(
                out,
                "time",
                Units.count(run.cycles()) + " cycles, " + Units.milliseconds(run.seconds()) + " ms, bound by "
                        + bound(run));
        fact(
                out,
                "MACs",
                Units.count(run.macs().dense()) + " dense, "
                        + Units.count(run.macs().effectual()) + " effectual, "
                        + Units.count(run.macs().performed()) + " performed; "
                        + Units.percent(run.macUtilization()) + " of the peak used");
        fact(
                out,
                "off chip",
                Units.count(run.traffic().total()) + " bytes: weights "
                        + Units.count(run.traffic().weights()) + ", inputs "
                        + Units.count(run.traffic().inputs()) + ", outputs "
                        + Units.count(run.traffic().outputs()) + ", residuals "
                        + Units.count(run.traffic().residuals()));
        fact(
                out,
                "energy, area",
                Units.microjoules(run.energyPj().total()) + " µJ (MACs "
                        + Units.microjoules(run.energyPj().mac()) + ", SRAM "
                        + Units.microjoules(run.energyPj().sram()) + ", DRAM "
                        + Units.microjoules(run.energyPj().dram()) + ", other "
                        + Units.microjoules(run.energyPj().other()) + "); "
                        + String.format(Locale.ROOT, "%.1f mm²", run.areaMm2()));
        fact(out, "outputs", outputs(run));
        fact(out, "versions", pairs(run.versions(), " "));
        out.append("</dl>\n<div class=\"tables\"></div>\n</details>\n");
    }

    private static String pairs(Map<String, String> values, String between) {
        return values.entrySet().stream()
                .map(pair -> pair.getKey() + between + pair.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String outputs(RunResult run) {
        if (run.outputSha256() == null) {
            return "none: the run is an estimate";
        }
        return (run.verified() ? "equal to the reference's, bit for bit" : "not compared with the reference")
                + "; SHA-256 " + run.outputSha256();
    }

    private static void fact(StringBuilder out, String name, String value) {
        out.append("<dt>")
                .append(name)
                .append("</dt><dd>")
                .append(Markup.escape(value))
                .append("</dd>\n");
    }

    /** What took the largest share of the cycles. */
    private static String bound(RunResult run) {
        double most = Math.max(
                run.bound().compute(),
                Math.max(run.bound().memory(), run.bound().other()));
        String what =
                most == run.bound().compute() ? "compute" : most == run.bound().memory() ? "memory" : "other";
        return what + " " + Math.round(most * PERCENT) + "%";
    }

    /** A command line, which the page's script makes easy to copy; nothing of what no command line has made. */
    static void command(StringBuilder out, String command) {
        if (command.isEmpty()) {
            return;
        }
        out.append("<div class=\"command\"><code>")
                .append(Markup.escape(command))
                .append("</code></div>\n");
    }
}
