package dev.isos.report.timeline;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.report.figure.Palette;
import dev.isos.report.page.Opening.Panel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Pipelining seen: the layers of one segment, one after the other and all at once, and wavefronts on their way through lanes. */
final class PipeliningPanel {
    private static final int BINS = 150;
    private static final int MOST_ROWS = 16;
    private static final int SHADES = 3;
    /** What is shown of the segment, relative to the time until its last layer has started. */
    private static final double BEYOND_LAST_START = 1.6;

    /** A layer of the segment: when it ran on either machine, percent of the time axis, and its lanes at the beginning. */
    record Strip(String layer, double singleLeft, double singleWidth, double left, double width, List<String> shades) {}

    private PipeliningPanel() {}

    /**
     * Simulates the beginning of a workload.
     *
     * @param pipelined id of the accelerator whose segments are looked at
     * @param single id of the one that runs layer by layer
     * @param segments how many segments of the plan to look at; that with most layers is shown
     */
    static Panel of(
            Platform isos,
            Workload workload,
            String pipelined,
            String single,
            int segments,
            UnaryOperator<String> titles) {
        ConfiguredAccelerator machine = isos.accelerator(AcceleratorRequest.of(pipelined));
        List<Segment> plan = isos.plan(workload, machine).segments();
        int shown = IntStream.range(0, Math.min(segments, plan.size()))
                .reduce((a, b) ->
                        plan.get(b).layers().size() > plan.get(a).layers().size() ? b : a)
                .orElseThrow();
        int before =
                plan.subList(0, shown).stream().mapToInt(s -> s.layers().size()).sum();
        int count = plan.get(shown).layers().size();
        Workload part = FirstLayers.of(workload, before + count);
        try {
            RunResult all = isos.run(part, machine, new RunOptions(false, SimulationListener.NONE, 1, 0));
            List<LayerResult> layers = all.layers().subList(before, before + count);
            long start =
                    layers.stream().mapToLong(LayerResult::startCycle).min().orElseThrow();
            long lastStart =
                    layers.stream().mapToLong(LayerResult::startCycle).max().orElseThrow();
            long end = Math.max(start + BINS, start + Math.round((lastStart - start) * BEYOND_LAST_START));
            LaneStrips strips = new LaneStrips(start, end, before, count);
            isos.run(part, machine, new RunOptions(false, strips, 1, 0));
            RunResult other = isos.run(
                    part,
                    isos.accelerator(AcceleratorRequest.of(single)),
                    new RunOptions(false, SimulationListener.NONE, 1, 0));
            return panel(
                    part.network(),
                    workload,
                    layers,
                    other.layers().subList(before, before + count),
                    strips,
                    titles,
                    List.of(pipelined, single));
        } finally {
            isos.release(part);
        }
    }

    private static Panel panel(
            Network network,
            Workload workload,
            List<LayerResult> together,
            List<LayerResult> apart,
            LaneStrips strips,
            UnaryOperator<String> titles,
            List<String> machines) {
        long start = first(together);
        long startApart = first(apart);
        long span = last(together) - start;
        long spanApart = last(apart) - startApart;
        double percent = 100.0 / Math.max(span, spanApart);
        List<Strip> rows = new ArrayList<>();
        for (int i = 0; i < together.size(); i++) {
            LayerResult a = apart.get(i);
            LayerResult b = together.get(i);
            rows.add(new Strip(
                    b.name(),
                    (a.startCycle() - startApart) * percent,
                    (a.endCycle() - a.startCycle()) * percent,
                    (b.startCycle() - start) * percent,
                    (b.endCycle() - b.startCycle()) * percent,
                    strips.paths(i)));
        }
        String colour = Palette.variable(Palette.accelerator(machines.get(0)));
        String colourApart = Palette.variable(Palette.accelerator(machines.get(1)));
        int lanes = strips.lanes();
        double closeUp = Math.min(100, (strips.toCycle - strips.fromCycle) * percent);
        return new Panel(
                "pipelining",
                String.format(
                        Locale.ROOT,
                        "%d layers at once: each starts when the first wavefronts of the one before arrive",
                        rows.size()),
                out -> JtepipeliningGenerated.render(
                        out,
                        null,
                        rows,
                        titles.apply(machines.get(0)),
                        spanApart,
                        span,
                        strips.toCycle - strips.fromCycle,
                        closeUp,
                        colour,
                        colourApart,
                        BINS,
                        strips.rows()),
                String.format(
                        Locale.ROOT,
                        "%s to %s of %s. Close-up: each strip is a layer, its %d lanes from top to bottom; the stronger the colour, the busier.",
                        rows.get(0).layer(),
                        rows.get(rows.size() - 1).layer(),
                        workload.info().id(),
                        lanes));
    }

    private static long first(List<LayerResult> layers) {
        return layers.stream().mapToLong(LayerResult::startCycle).min().orElseThrow();
    }

    private static long last(List<LayerResult> layers) {
        return layers.stream().mapToLong(LayerResult::endCycle).max().orElseThrow();
    }

    /** How busy each lane is with each layer of a segment over some time. */
    private static final class LaneStrips implements SimulationListener {
        private final long fromCycle;
        private final long toCycle;
        private final int firstLayer;
        private final List<List<double[]>> busy = new ArrayList<>();
        private int lanes;

        LaneStrips(long fromCycle, long toCycle, int firstLayer, int layers) {
            this.fromCycle = fromCycle;
            this.toCycle = toCycle;
            this.firstLayer = firstLayer;
            for (int i = 0; i < layers; i++) {
                busy.add(new ArrayList<>());
            }
        }

        @Override
        public boolean wantsSlices() {
            return true;
        }

        @Override
        public void onSlice(String track, int layer, String phase, long startCycle, long endCycle) {
            int number = number(track);
            int strip = layer - firstLayer;
            if (number < 0 || strip < 0 || strip >= busy.size() || endCycle <= fromCycle || startCycle >= toCycle) {
                return;
            }
            lanes = Math.max(lanes, number + 1);
            List<double[]> rows = busy.get(strip);
            while (rows.size() <= number) {
                rows.add(new double[BINS]);
            }
            double bin = (toCycle - fromCycle) / (double) BINS;
            double from = Math.max(0, startCycle - fromCycle) / bin;
            double to = Math.min(toCycle - fromCycle, endCycle - fromCycle) / bin;
            for (int b = (int) from; b < to && b < BINS; b++) {
                rows.get(number)[b] += Math.min(to, b + 1) - Math.max(from, b);
            }
        }

        @Override
        public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
            // Ports are no lanes.
        }

        /** Number of a lane in the name of a track such as {@code lane 7/front end}, -1 of other tracks. */
        private static int number(String track) {
            String unit = track.indexOf('/') < 0 ? track : track.substring(0, track.indexOf('/'));
            String last = unit.substring(unit.lastIndexOf(' ') + 1);
            return last.matches("\\d{1,6}") ? Integer.parseInt(last) : -1;
        }

        int lanes() {
            return lanes;
        }

        /** Rows of a strip: several lanes each, if there are many. */
        int rows() {
            return Math.max(1, Math.min(MOST_ROWS, lanes));
        }

        /** Strokes of a strip by shade, the palest first. */
        List<String> paths(int strip) {
            double[][] sums = new double[rows()][BINS];
            double most = 1e-9;
            for (List<double[]> layer : busy) {
                for (int lane = 0; lane < layer.size(); lane++) {
                    for (int b = 0; b < BINS; b++) {
                        most = Math.max(most, layer.get(lane)[b]);
                    }
                }
            }
            List<double[]> own = busy.get(strip);
            for (int lane = 0; lane < own.size(); lane++) {
                for (int b = 0; b < BINS; b++) {
                    sums[lane * rows() / lanes][b] += own.get(lane)[b] / most * rows() / lanes;
                }
            }
            List<StringBuilder> paths = new ArrayList<>();
            for (int s = 0; s < SHADES; s++) {
                paths.add(new StringBuilder());
            }
            for (int row = 0; row < sums.length; row++) {
                for (int b = 0; b < BINS; ) {
                    int shade = shade(sums[row][b]);
                    int from = b++;
                    while (b < BINS && shade(sums[row][b]) == shade) {
                        b++;
                    }
                    if (shade >= 0) {
                        paths.get(shade)
                                .append('M')
                                .append(from)
                                .append(' ')
                                .append(row)
                                .append(".5h")
                                .append(b - from);
                    }
                }
            }
            return paths.stream().map(StringBuilder::toString).toList();
        }

        private static int shade(double share) {
            return share <= 0.004 ? -1 : share < 0.12 ? 0 : share < 0.4 ? 1 : 2;
        }
    }
}
