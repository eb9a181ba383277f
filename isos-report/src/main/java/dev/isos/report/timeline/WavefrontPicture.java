package dev.isos.report.timeline;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.report.timeline.WavefrontFrames.Frame;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Sizes and lines of the pictures of a frame: maps of a dataflow, and what is live on chip over all frames. */
final class WavefrontPicture {
    static final int SIDE = 250;
    static final int GAP = 40;
    static final int TOP = 20;
    static final int CHART_WIDTH = 640;
    static final int CHART_HEIGHT = 130;
    static final int CHART_LEFT = 84;

    private static final int SHADES = 4;

    private WavefrontPicture() {}

    /**
     * A square per position, the larger the more of its channels are not zero.
     *
     * @return paths by size; empty where no position has it
     */
    static List<String> cells(ActivationTensor tensor) {
        FeatureMapShape shape = tensor.shape();
        List<StringBuilder> paths =
                Stream.generate(StringBuilder::new).limit(SHADES).toList();
        for (int h = 0; h < shape.height(); h++) {
            for (int w = 0; w < shape.width(); w++) {
                int nonZeros = 0;
                int from = tensor.fiberStart(w, h);
                for (int c = 0; c < shape.channels(); c++) {
                    nonZeros += tensor.values()[from + c] != 0 ? 1 : 0;
                }
                if (nonZeros > 0) {
                    int shade = Math.min(SHADES - 1, nonZeros * SHADES / shape.channels());
                    paths.get(shade)
                            .append('M')
                            .append(w)
                            .append(".5 ")
                            .append(h)
                            .append(".5h0");
                }
            }
        }
        return paths.stream().map(StringBuilder::toString).toList();
    }

    /** The most bytes that a dataflow has live. */
    static long most(List<Frame> frames) {
        return frames.stream()
                .mapToLong(frame -> Math.max(frame.isosBytes(), frame.tiledBytes()))
                .reduce(1, Math::max);
    }

    /** Width of a frame. */
    static double step(List<Frame> frames) {
        return (CHART_WIDTH - CHART_LEFT) / (double) frames.size();
    }

    /** Live bytes as a path. */
    static String line(List<Frame> frames, long most, ToLongFunction<Frame> live) {
        StringBuilder out = new StringBuilder("M" + CHART_LEFT + " ");
        for (int i = 0; i < frames.size(); i++) {
            double y = CHART_HEIGHT - 20 - (CHART_HEIGHT - 28.0) * live.applyAsLong(frames.get(i)) / most;
            out.append(String.format(
                    Locale.ROOT, i == 0 ? "%.1fH%.1f" : "V%.1fH%.1f", y, CHART_LEFT + (i + 1) * step(frames)));
        }
        return out.toString();
    }
}
