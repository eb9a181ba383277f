package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.report.output.OutputFile;
import dev.isos.report.trace.TraceWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Files that show a run over time. */
final class WatchOptions {
    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Writes what the machine did when, as trace events for Perfetto (ui.perfetto.dev) or"
                    + " chrome://tracing.")
    private Path trace;

    @Option(
            names = "--trace-events",
            paramLabel = "N",
            description = "Most slices and counter values in the trace; if there are more, a message says what is left"
                    + " out (default: " + TraceWriter.DEFAULT_EVENTS + ").")
    private Integer traceEvents;

    @Option(
            names = "--timeline",
            paramLabel = "FILE",
            description = "Draws (SVG) which layer each lane works on over time.")
    private Path timeline;

    /**
     * Makes ready to write the files that are wanted.
     *
     * @param page whether the run is shown on a page
     */
    RunRecording open(boolean page) {
        if (traceEvents != null && trace == null) {
            throw IsosException.badInput("--trace-events says nothing without --trace");
        }
        int events = traceEvents == null ? TraceWriter.DEFAULT_EVENTS : traceEvents;
        if (events < TraceWriter.LEAST_EVENTS) {
            throw IsosException.badInput(
                    "--trace-events is " + events + ", expected " + TraceWriter.LEAST_EVENTS + " or more");
        }
        OutputFile picture = timeline == null ? null : OutputFile.open(timeline, "--timeline " + timeline);
        try {
            return new RunRecording(trace == null ? null : TraceWriter.open(trace, events), picture, page);
        } catch (IsosException e) {
            if (picture != null) {
                picture.close();
            }
            throw e;
        }
    }
}
