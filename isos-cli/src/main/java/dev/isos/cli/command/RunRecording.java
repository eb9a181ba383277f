package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Network;
import dev.isos.api.result.RunResult;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.SeveralListeners;
import dev.isos.report.output.OutputFile;
import dev.isos.report.page.Section;
import dev.isos.report.timeline.LaneRaster;
import dev.isos.report.timeline.TimelinePicture;
import dev.isos.report.timeline.TimelineSection;
import dev.isos.report.trace.TraceWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks on while a machine runs, and writes what it has seen; nothing where nobody wants to see it. */
final class RunRecording implements AutoCloseable {
    private static final int BINS = 1200;

    private final TraceWriter trace;
    private final OutputFile picture;
    private final LaneRaster raster;
    private final LaneRaster live;
    private final SimulationListener listener;
    private Network network;
    private double clockHz;

    /**
     * @param trace or null
     * @param picture file of the picture, or null
     * @param page whether {@link #section} is wanted
     */
    RunRecording(TraceWriter trace, OutputFile picture, boolean page) {
        this.trace = trace;
        this.picture = picture;
        this.raster = picture == null ? null : new LaneRaster(BINS);
        this.live = page ? TimelineSection.recorder() : null;
        List<SimulationListener> listeners = new ArrayList<>();
        if (trace != null) {
            listeners.add(trace);
        }
        if (raster != null) {
            listeners.add(raster);
        }
        if (live != null) {
            listeners.add(live);
        }
        this.listener = SeveralListeners.of(listeners);
    }

    /** Refuses a machine of which there is nothing to see. */
    void require(ConfiguredAccelerator machine) {
        if ((trace != null || raster != null) && machine.fidelity() == Fidelity.ANALYTICAL) {
            throw IsosException.badInput((trace != null ? "--trace" : "--timeline") + " shows what a machine does when,"
                    + " but " + machine.name() + " only estimates and simulates nothing");
        }
    }

    SimulationListener listener() {
        return listener;
    }

    /** Tells what ran. */
    void ran(Network ran, ConfiguredAccelerator on) {
        network = ran;
        clockHz = on.hardware().clockHz();
    }

    /** The run over time for a page; none of a machine that only estimates. */
    List<Section> section(RunResult result) {
        return TimelineSection.of(network, live, result).stream().toList();
    }

    /**
     * Completes the files.
     *
     * @param said gets a sentence about each
     */
    void commit(RunResult result, Consumer<String> said) {
        if (trace != null) {
            said.accept("trace: " + trace.commit(network, clockHz, result));
        }
        if (picture != null) {
            String title =
                    result.workload().id() + " on " + result.accelerator().id();
            String svg = new TimelinePicture(network, title, List.of(TimelinePicture.Panel.of(title, raster, result)))
                    .file();
            picture.write(to -> to.write(svg.getBytes(StandardCharsets.UTF_8)));
            picture.commit();
        }
    }

    @Override
    public void close() {
        if (trace != null) {
            trace.close();
        }
        if (picture != null) {
            picture.close();
        }
    }
}
