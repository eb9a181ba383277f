package dev.isos.cli.timeline;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.cli.page.Markup;
import dev.isos.cli.page.Section;
import dev.isos.cli.timeline.Illustrations.WavefrontChoice;
import dev.isos.cli.timeline.WavefrontFrames.Frame;
import dev.isos.core.loopnest.DataflowAnalysis;
import dev.isos.core.loopnest.LoopNestDataflow;
import dev.isos.core.loopnest.LoopNestDataflow.Fusion;
import dev.isos.core.wavefront.execution.LayerWavefronts;
import dev.isos.support.reference.ReferenceExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One layer of IS-OS, wavefront by wavefront, against the same layer in 2D tiles: a picture that moves. */
final class WavefrontSection implements Section {
    private static final String ID = "wavefronts";

    private final String html;
    private final List<Map<String, Object>> data;

    private WavefrontSection(String html, List<Map<String, Object>> data) {
        this.html = html;
        this.data = data;
    }

    /** Executes the layer on the real operands; empty where the workload has no such convolution. */
    static Optional<WavefrontSection> of(Workload workload, WavefrontChoice choice) {
        Optional<Layer> found = workload.network().layers().stream()
                .filter(l -> l.name().equals(choice.layer()) && l.convolution().isPresent())
                .findFirst();
        Optional<LoopNestDataflow> tiled = LoopNestDataflow.builtIn().stream()
                .filter(d -> d.id().equals(choice.tiled()))
                .findFirst();
        if (found.isEmpty() || tiled.isEmpty()) {
            return Optional.empty();
        }
        Layer layer = found.get();
        ActivationTensor[] operands = operands(workload, layer);
        LayerWavefronts wavefronts =
                LayerWavefronts.of(layer, workload.parameters().get(layer.index()), operands[0], operands[1]);
        Fusion fusion = tiled.get().fusion().orElseThrow();
        List<TileSteps.Tile> tiles =
                TileSteps.of(layer, operands[0], workload.filters(layer.index()), fusion.rows(), fusion.columns());
        // with room for everything, so that no buffer stands where space is short
        long sumBytes = DataflowAnalysis.of(workload, Long.MAX_VALUE / 4)
                .network(tiled.get(), List.of(List.of(layer.index())))
                .segments()
                .get(0)
                .layers()
                .get(0)
                .partialBytes();
        List<Frame> frames = new WavefrontFrames(
                        wavefronts, tiles, sumBytes, layer.inputShape().height())
                .frames();
        String html = html(workload, layer, fusion, operands[0], wavefronts, frames);
        return Optional.of(new WavefrontSection(
                html,
                frames.stream()
                        .map(frame -> Map.<String, Object>of("marks", frame.marks(), "numbers", frame.numbers()))
                        .toList()));
    }

    /** Input and residual operand of a layer, by executing all layers before it. */
    private static ActivationTensor[] operands(Workload workload, Layer layer) {
        ActivationTensor[] operands = new ActivationTensor[2];
        int[] wanted = {layer.inputs().get(0), layer.residual()};
        if (layer.index() > 0) {
            ReferenceExecutor.execute(FirstLayers.of(workload, layer.index()), (executed, output) -> {
                for (int i = 0; i < wanted.length; i++) {
                    operands[i] = executed.index() == wanted[i] ? output : operands[i];
                }
            });
        }
        for (int i = 0; i < wanted.length; i++) {
            operands[i] = Layer.isNetworkInput(wanted[i]) ? workload.input(wanted[i]) : operands[i];
        }
        return operands;
    }

    private static String html(
            Workload workload,
            Layer layer,
            Fusion fusion,
            ActivationTensor input,
            LayerWavefronts wavefronts,
            List<Frame> frames) {
        int key = frames.size() / 2;
        Frame frame = frames.get(key);
        String tiles = fusion.rows() + "×" + fusion.columns();
        StringBuilder html = new StringBuilder();
        html.append("<p>")
                .append(Markup.escape(String.format(
                        Locale.ROOT,
                        "Layer %s of %s: %d×%d, %d to %d channels, %.1f %% of the weights and %.0f %% of the inputs are not zero. Dots are the real"
                                + " activations, the larger the more channels are not zero. In each picture both dataflows have done the same"
                                + " number of effectual products. IS-OS reads a column of the input, adds its products to partial results of the"
                                + " columns around it, and completes a column of outputs, in the order in which the next layer reads them."
                                + " Tiles of %s outputs are complete one by one, and what the windows of neighbouring tiles share is"
                                + " read again.",
                        layer.name(),
                        workload.info().id(),
                        layer.filterShape().rows(),
                        layer.filterShape().columns(),
                        layer.inputShape().channels(),
                        layer.outputShape().channels(),
                        100 * workload.filters(layer.index()).density(),
                        100 * input.density(),
                        tiles)));
        html.append("</p>\n<div class=\"controls\" hidden>");
        html.append("<button type=\"button\" data-do=\"back\" aria-label=\"One wavefront back\">◀</button>");
        html.append("<button type=\"button\" data-do=\"play\">Play</button>");
        html.append("<button type=\"button\" data-do=\"on\" aria-label=\"One wavefront on\">▶</button>");
        html.append("<input type=\"range\" min=\"1\" max=\"")
                .append(frames.size())
                .append("\" value=\"")
                .append(key + 1);
        html.append("\" aria-label=\"Wavefront\"></div>\n<p class=\"at\"><strong data-number=\"frame\">");
        html.append(frame.numbers().get("frame")).append("</strong>, <span data-number=\"products\">");
        html.append(frame.numbers().get("products")).append("</span> of the products done</p>\n<div class=\"pair\">\n");
        figure(
                html,
                "isos",
                "IS-OS",
                "read column by column, partial results of a few columns are live",
                input,
                wavefronts,
                frame);
        figure(html, "tiled", "2D tiles, " + tiles, "read and completed tile by tile", input, wavefronts, frame);
        html.append("</div>\n");
        table(html, frame, tiles);
        html.append(
                        "<figure class=\"live\"><figcaption><span class=\"key isos\"></span>IS-OS <span class=\"key tiled\"></span>2D tiles:")
                .append(" live on chip</figcaption>\n")
                .append(WavefrontPicture.chart(frames, key))
                .append("</figure>\n");
        remarks(html, frames, wavefronts, tiles);
        return html.toString();
    }

    private static void figure(
            StringBuilder html,
            String prefix,
            String name,
            String label,
            ActivationTensor input,
            LayerWavefronts wavefronts,
            Frame frame) {
        html.append("<figure class=\"").append(prefix).append("\"><figcaption>").append(Markup.escape(name));
        html.append("</figcaption>\n")
                .append(WavefrontPicture.maps(prefix, name + ": " + label, input, wavefronts.output(), frame))
                .append("</figure>\n");
    }

    private static void table(StringBuilder html, Frame frame, String tiles) {
        html.append(
                "<table><thead><tr><th scope=\"col\"></th><th scope=\"col\">IS-OS</th><th scope=\"col\">2D tiles, ");
        html.append(tiles).append("</th></tr></thead>\n<tbody>\n");
        row(html, frame, "live on chip", "Live");
        row(html, frame, "— of it inputs", "Input");
        row(html, frame, "— of it partial results", "Sums");
        row(html, frame, "activations read", "Read");
        row(html, frame, "— of them again", "Again");
        row(html, frame, "outputs complete", "Done");
        html.append("</tbody></table>\n");
    }

    private static void row(StringBuilder html, Frame frame, String name, String number) {
        html.append("<tr><th scope=\"row\">").append(name).append("</th>");
        for (String prefix : List.of("isos", "tiled")) {
            String key = prefix + number;
            html.append("<td data-number=\"")
                    .append(key)
                    .append("\">")
                    .append(frame.numbers().get(key))
                    .append("</td>");
        }
        html.append("</tr>\n");
    }

    private static void remarks(StringBuilder html, List<Frame> frames, LayerWavefronts wavefronts, String tiles) {
        long isos = frames.stream().mapToLong(Frame::isosBytes).max().orElse(0);
        long tiled = frames.stream().mapToLong(Frame::tiledBytes).max().orElse(0);
        double filled = wavefronts.wavefronts().stream()
                .mapToDouble(w -> w.partialNonZeros() / (double) Math.max(1, w.partials()))
                .max()
                .orElse(0);
        Frame last = frames.get(frames.size() - 1);
        html.append("<p>")
                .append(Markup.escape(String.format(
                        Locale.ROOT,
                        "Live are the column or tile of inputs, compressed, and partial results of %d bytes with their zeros (of those of IS-OS up"
                                + " to %.0f %% are not zero); filters, which both keep, are not counted. At most %s are live under IS-OS and %s in"
                                + " tiles: alone, this layer needs %s under IS-OS. What that buys: each activation is read once (tiles: %s of"
                                + " them again), and a next layer can start after the first columns, so that what lies between layers stays on"
                                + " chip for a few columns only. The figure of dataflows above counts whole pipelines, where overlaps of tiles"
                                + " grow with every layer.",
                        WavefrontFrames.SUM_BYTES,
                        100 * filled,
                        WavefrontFrames.kib(isos),
                        WavefrontFrames.kib(tiled),
                        isos > tiled
                                ? String.format(Locale.ROOT, "%.1f times as much", isos / (double) Math.max(1, tiled))
                                : "no more",
                        last.numbers().get("tiledAgain"))));
        html.append("</p>\n");
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "One layer, wavefront by wavefront";
    }

    @Override
    public String html() {
        return html;
    }

    @Override
    public String script() {
        return resource("wavefront.js");
    }

    @Override
    public Object data() {
        return data;
    }

    @Override
    public String style() {
        return resource("wavefront.css");
    }

    private static String resource(String name) {
        try (InputStream in = WavefrontSection.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
