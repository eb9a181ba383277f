package dev.isos.report.timeline;

import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.report.page.Markup;
import dev.isos.report.timeline.WavefrontFrames.Frame;
import java.util.List;
import java.util.Locale;

/** A frame as SVG: the input map and the output map of a dataflow, and what is live on chip over all frames. */
final class WavefrontPicture {
    private static final int SIDE = 250;
    private static final int GAP = 40;
    private static final int TOP = 20;
    private static final int SHADES = 4;
    private static final int CHART_WIDTH = 640;
    private static final int CHART_HEIGHT = 130;
    private static final int CHART_LEFT = 84;

    private WavefrontPicture() {}

    /**
     * Both maps of a dataflow.
     *
     * @param prefix of the marks of this dataflow
     * @param label what the picture shows, for who cannot see it
     */
    static String maps(String prefix, String label, ActivationTensor input, ActivationTensor output, Frame frame) {
        int width = 2 * SIDE + GAP;
        StringBuilder out = new StringBuilder();
        out.append("<svg viewBox=\"0 0 ").append(width).append(' ').append(TOP + SIDE + 2);
        out.append("\" role=\"img\" aria-label=\"").append(Markup.escape(label)).append("\">\n");
        map(out, 0, "input ", input, prefix, "Read", "Now", frame);
        map(out, SIDE + GAP, "output ", output, prefix, "Done", "Live", frame);
        out.append("<path class=\"arrow\" d=\"M").append(SIDE + 8).append(' ').append(TOP + SIDE / 2);
        out.append("h").append(GAP - 20).append("m-6 -5l6 5l-6 5\"/>\n</svg>\n");
        return out.toString();
    }

    private static void map(
            StringBuilder out,
            int left,
            String name,
            ActivationTensor tensor,
            String prefix,
            String past,
            String now,
            Frame frame) {
        FeatureMapShape shape = tensor.shape();
        out.append("<text x=\"").append(left).append("\" y=\"13\">").append(name);
        out.append(shape.height()).append(" × ").append(shape.width()).append(", ");
        out.append(shape.channels()).append(" channels</text>\n");
        out.append("<svg x=\"")
                .append(left)
                .append("\" y=\"")
                .append(TOP)
                .append("\" width=\"")
                .append(SIDE);
        out.append("\" height=\"")
                .append(SIDE)
                .append("\" viewBox=\"0 0 ")
                .append(shape.width())
                .append(' ');
        out.append(shape.height()).append("\" preserveAspectRatio=\"none\">\n");
        out.append("<rect class=\"ground\" width=\"").append(shape.width()).append("\" height=\"");
        out.append(shape.height()).append("\"/>\n");
        marks(out, prefix, past, "past", frame);
        cells(out, tensor);
        marks(out, prefix, now, "now", frame);
        out.append("</svg>\n");
    }

    private static void marks(StringBuilder out, String prefix, String what, String type, Frame frame) {
        String key = prefix + what;
        out.append("<g class=\"")
                .append(type)
                .append("\" data-marks=\"")
                .append(key)
                .append("\">");
        for (int[] at : frame.marks().get(key)) {
            out.append("<rect x=\"")
                    .append(at[0])
                    .append("\" y=\"")
                    .append(at[1])
                    .append("\" width=\"");
            out.append(at[2]).append("\" height=\"").append(at[3]).append("\"/>");
        }
        out.append("</g>\n");
    }

    /** A square per position, the larger the more of its channels are not zero; runs of equals are one stroke. */
    private static void cells(StringBuilder out, ActivationTensor tensor) {
        FeatureMapShape shape = tensor.shape();
        StringBuilder[] paths = new StringBuilder[SHADES];
        for (int shade = 0; shade < SHADES; shade++) {
            paths[shade] = new StringBuilder();
        }
        for (int h = 0; h < shape.height(); h++) {
            for (int w = 0; w < shape.width(); w++) {
                int nonZeros = 0;
                int from = tensor.fiberStart(w, h);
                for (int c = 0; c < shape.channels(); c++) {
                    nonZeros += tensor.values()[from + c] != 0 ? 1 : 0;
                }
                if (nonZeros > 0) {
                    int shade = Math.min(SHADES - 1, nonZeros * SHADES / shape.channels());
                    paths[shade].append('M').append(w).append(".5 ").append(h).append(".5h0");
                }
            }
        }
        for (int shade = 0; shade < SHADES; shade++) {
            if (!paths[shade].isEmpty()) {
                out.append("<path class=\"cell\" stroke-width=\"")
                        .append(size(shade))
                        .append("\" d=\"");
                out.append(paths[shade]).append("\"/>\n");
            }
        }
    }

    private static String size(int shade) {
        return String.format(Locale.ROOT, ".%d", 25 + 18 * shade);
    }

    /** Live bytes of both dataflows over all frames, with a line at the present one. */
    static String chart(List<Frame> frames, int present) {
        long most = 1;
        for (Frame frame : frames) {
            most = Math.max(most, Math.max(frame.isosBytes(), frame.tiledBytes()));
        }
        StringBuilder out = new StringBuilder();
        out.append("<svg viewBox=\"0 0 ").append(CHART_WIDTH).append(' ').append(CHART_HEIGHT);
        out.append("\" role=\"img\" aria-label=\"Live bytes on chip over all wavefronts\">\n");
        out.append("<path class=\"axis\" d=\"M")
                .append(CHART_LEFT)
                .append(" 8V")
                .append(CHART_HEIGHT - 20);
        out.append("H").append(CHART_WIDTH).append("\"/>\n");
        out.append("<text x=\"").append(CHART_LEFT - 6).append("\" y=\"14\" text-anchor=\"end\">");
        out.append(WavefrontFrames.kib(most)).append("</text>\n<text x=\"").append(CHART_LEFT - 6);
        out.append("\" y=\"").append(CHART_HEIGHT - 18).append("\" text-anchor=\"end\">0</text>\n");
        out.append("<text x=\"").append(CHART_LEFT).append("\" y=\"").append(CHART_HEIGHT - 4);
        out.append("\">first wavefront</text>\n<text x=\"").append(CHART_WIDTH).append("\" y=\"");
        out.append(CHART_HEIGHT - 4).append("\" text-anchor=\"end\">last</text>\n");
        out.append("<rect class=\"present\" data-step=\"").append(String.format(Locale.ROOT, "%.3f", step(frames)));
        out.append("\" data-left=\"")
                .append(CHART_LEFT)
                .append("\" y=\"8\" height=\"")
                .append(CHART_HEIGHT - 28);
        out.append(String.format(
                Locale.ROOT,
                "\" x=\"%.2f\" width=\"%.2f\"/>\n",
                CHART_LEFT + present * step(frames),
                Math.max(2, step(frames))));
        line(out, frames, most, true);
        line(out, frames, most, false);
        return out.append("</svg>\n").toString();
    }

    private static double step(List<Frame> frames) {
        return (CHART_WIDTH - CHART_LEFT) / (double) frames.size();
    }

    private static void line(StringBuilder out, List<Frame> frames, long most, boolean isos) {
        out.append("<path class=\"")
                .append(isos ? "live-isos" : "live-tiled")
                .append("\" d=\"M")
                .append(CHART_LEFT);
        out.append(' ');
        for (int i = 0; i < frames.size(); i++) {
            long bytes = isos ? frames.get(i).isosBytes() : frames.get(i).tiledBytes();
            double y = CHART_HEIGHT - 20 - (CHART_HEIGHT - 28.0) * bytes / most;
            out.append(String.format(
                    Locale.ROOT, i == 0 ? "%.1fH%.1f" : "V%.1fH%.1f", y, CHART_LEFT + (i + 1) * step(frames)));
        }
        out.append("\"/>\n");
    }
}
