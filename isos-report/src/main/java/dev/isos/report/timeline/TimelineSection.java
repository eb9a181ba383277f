package dev.isos.report.timeline;

import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.page.Markup;
import dev.isos.report.page.Section;
import dev.isos.report.timeline.Illustrations.TimelineChoice;
import dev.isos.report.timeline.TimelinePicture.Panel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The first segments of a network over time, on several accelerators one below the other. */
final class TimelineSection implements Section {
    private static final String ID = "timeline";
    private static final int BINS = 800;
    private static final int DETAIL_BINS = 512;
    private static final long DETAIL_CYCLES = 1024;

    private final String html;
    private final String file;

    private TimelineSection(String html, String file) {
        this.html = html;
        this.file = file;
    }

    /** The picture as a file of its own. */
    String file() {
        return file;
    }

    /** Simulates the beginning of a workload on each accelerator. */
    static TimelineSection of(Platform isos, Workload workload, TimelineChoice choice) {
        List<ConfiguredAccelerator> machines = choice.accelerators().stream()
                .map(id -> isos.accelerator(AcceleratorRequest.of(id)))
                .toList();
        List<Segment> segments = isos.plan(workload, machines.get(0)).segments();
        int layers = segments.stream()
                .limit(choice.segments())
                .mapToInt(segment -> segment.layers().size())
                .sum();
        Workload part = FirstLayers.of(workload, layers);
        try {
            List<Panel> panels = new ArrayList<>();
            List<RunResult> results = new ArrayList<>();
            for (ConfiguredAccelerator machine : machines) {
                LaneRaster raster = new LaneRaster(BINS);
                RunResult result = isos.run(part, machine, new RunOptions(false, raster, 1, 0));
                panels.add(Panel.of(machine.accelerator().id(), raster, result));
                results.add(result);
            }
            String title = workload.info().id() + ", " + part.network().layer(0).name() + " to "
                    + part.network().output().name();
            TimelinePicture picture = new TimelinePicture(part.network(), title, panels);
            TimelinePicture detail = detail(isos, part, machines.get(0), results.get(0));
            return new TimelineSection(html(picture, detail, workload, part, results), picture.file());
        } finally {
            isos.release(part);
        }
    }

    /** The beginning of the last segment, so that single wavefronts can be seen; what is executed is shared with the run before. */
    private static TimelinePicture detail(
            Platform isos, Workload part, ConfiguredAccelerator machine, RunResult result) {
        int last = result.segments().size() - 1;
        long start = result.cycles() - result.segments().get(last).cycles();
        long length = Math.min(DETAIL_CYCLES, result.segments().get(last).cycles());
        LaneRaster raster = new LaneRaster(DETAIL_BINS, start, start + length);
        RunResult again = isos.run(part, machine, new RunOptions(false, raster, 1, 0));
        String title = String.format(
                Locale.ROOT,
                "%s, the first %,d cycles of segment %d",
                machine.accelerator().id(),
                length,
                last + 1);
        return new TimelinePicture(part.network(), title, List.of(Panel.of(title, raster, again)));
    }

    private static String html(
            TimelinePicture picture,
            TimelinePicture detail,
            Workload workload,
            Workload part,
            List<RunResult> results) {
        StringBuilder html = new StringBuilder();
        String ids = results.stream()
                .map(r -> r.accelerator().id())
                .reduce((a, b) -> a + " and " + b)
                .orElseThrow();
        html.append("<p>")
                .append(Markup.escape(String.format(
                        Locale.ROOT,
                        "Each row is a lane, time runs from left to right, and the colour is the layer that the lane works for: the first"
                                + " %d layers of %s on %s, at the same scale of time. A lane works for several layers of a"
                                + " pipeline at once; the one that it works for longest has the colour. Where colours follow one"
                                + " another, it works layer by layer. The paler, the less busy. Below the lanes: how busy the ports are.",
                        part.network().size(),
                        workload.info().id(),
                        ids)));
        html.append("</p>\n<div class=\"view\" tabindex=\"0\" role=\"region\" aria-label=\"Lanes over time\">\n");
        html.append(picture.inline())
                .append("</div>\n<p>Nearer, the beginning of a segment: the layers start one after the")
                .append(
                        " other, a few wavefronts apart, and each lane divides its processing elements among them from then on.</p>\n")
                .append(
                        "<div class=\"view\" tabindex=\"0\" role=\"region\" aria-label=\"The beginning of a segment\">\n")
                .append(detail.inline())
                .append("</div>\n<p>");
        RunResult first = results.get(0);
        for (RunResult other : results.subList(1, results.size())) {
            html.append(Markup.escape(String.format(
                    Locale.ROOT,
                    "%s takes %,d cycles and moves %.2f MB off chip for these layers, %s %,d cycles and %.2f MB. ",
                    first.accelerator().id(),
                    first.cycles(),
                    first.traffic().total() / 1e6,
                    other.accelerator().id(),
                    other.cycles(),
                    other.traffic().total() / 1e6)));
        }
        html.append("The layers are run by themselves, so nothing of later layers is prefetched"
                        + (results.stream().allMatch(RunResult::verified)
                                ? "; every output was compared with the reference"
                                : "")
                        + ". For a whole run: <code>./isos run -w ")
                .append(Markup.escape(workload.info().id()))
                .append(" -a ")
                .append(Markup.escape(first.accelerator().id()))
                .append(" --timeline FILE.svg</code>, or <code>--trace FILE</code> for every task.</p>\n");
        return html.toString();
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Which layer each lane works on";
    }

    @Override
    public String html() {
        return html;
    }

    @Override
    public String script() {
        return "";
    }

    @Override
    public Object data() {
        return null;
    }

    @Override
    public String style() {
        return TimelineStyle.rules(ID) + "#" + ID + " .view { overflow-x: auto; }\n#" + ID
                + " svg.timeline { display: block; width: 100%; min-width: 680px; height: auto; }\n";
    }
}
