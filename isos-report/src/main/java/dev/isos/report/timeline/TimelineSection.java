package dev.isos.report.timeline;

import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.page.Section;
import dev.isos.report.timeline.Illustrations.TimelineChoice;
import dev.isos.report.timeline.TimelineData.Seen;
import dev.isos.report.timeline.TimelinePicture.Panel;
import gg.jte.html.HtmlContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Runs of a network over time, one below the other: lanes, DRAM, queues, by mouse and keyboard; without JavaScript, a picture. */
public final class TimelineSection implements Section {
    private static final String ID = "timeline";
    private static final int BINS = 800;
    private static final int STILL_BINS = 400;
    private static final int LIVE_BINS = 4096;
    private static final int DETAIL_BINS = 512;
    private static final long DETAIL_CYCLES = 1024;

    private final HtmlContent html;
    private final String file;
    private final TimelineData data;

    private TimelineSection(HtmlContent html, String file, TimelineData data) {
        this.html = html;
        this.file = file;
        this.data = data;
    }

    /** A recorder of a run for {@link #of(Network, LaneRaster, RunResult)}. */
    public static LaneRaster recorder() {
        return new LaneRaster(LIVE_BINS);
    }

    /**
     * Of one run.
     *
     * @param raster what was recorded; its bins become longer
     * @return empty of a machine that has told nothing
     */
    public static Optional<Section> of(Network network, LaneRaster raster, RunResult result) {
        if (raster.rows(false).isEmpty()) {
            return Optional.empty();
        }
        String title = result.workload().id() + " on " + result.accelerator().name();
        TimelineData data = TimelineData.of(network, List.of(new Seen(title, raster, result)));
        raster.coarsenToBins(STILL_BINS);
        TimelinePicture picture =
                new TimelinePicture(network, title, List.of(TimelinePicture.Panel.of(title, raster, result)));
        return Optional.of(
                new TimelineSection(out -> JterunGenerated.render(out, null, picture, data), picture.file(), data));
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
            List<Seen> seen = new ArrayList<>();
            List<RunResult> results = new ArrayList<>();
            for (ConfiguredAccelerator machine : machines) {
                LaneRaster raster = recorder();
                RunResult result = isos.run(part, machine, new RunOptions(false, raster, 1, 0));
                panels.add(Panel.of(machine.accelerator().id(), raster, result));
                seen.add(new Seen(machine.accelerator().id(), raster, result));
                results.add(result);
            }
            TimelineData data = TimelineData.of(part.network(), seen);
            seen.forEach(run -> run.raster().coarsenToBins(BINS));
            String title = workload.info().id() + ", " + part.network().layer(0).name() + " to "
                    + part.network().output().name();
            TimelinePicture picture = new TimelinePicture(part.network(), title, panels);
            TimelinePicture detail = detail(isos, part, machines.get(0), results.get(0));
            String id = workload.info().id();
            return new TimelineSection(
                    out -> JtelanesGenerated.render(out, null, id, layers, picture, data, detail, results),
                    picture.file(),
                    data);
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

    static String accelerators(List<RunResult> results) {
        return results.stream().map(r -> r.accelerator().id()).collect(Collectors.joining(" and "));
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
    public HtmlContent html() {
        return html;
    }

    @Override
    public String script() {
        return Resource.text("timeline.js");
    }

    @Override
    public Object data() {
        return data;
    }

    @Override
    public String style() {
        return TimelineStyle.rules(ID) + Resource.text("timeline.css") + "#" + ID + " .view { overflow-x: auto; }\n#"
                + ID + " svg.timeline { display: block; width: 100%; min-width: 680px; height: auto; }\n";
    }
}
