package dev.isos.report.timeline;

import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.loopnest.DataflowAnalysis;
import dev.isos.core.loopnest.LoopNestDataflow;
import dev.isos.core.loopnest.LoopNestDataflow.Fusion;
import dev.isos.core.wavefront.execution.LayerWavefronts;
import dev.isos.report.page.Section;
import dev.isos.report.timeline.Illustrations.WavefrontChoice;
import dev.isos.report.timeline.WavefrontFrames.Frame;
import dev.isos.support.reference.ReferenceExecutor;
import gg.jte.html.HtmlContent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One layer of IS-OS, wavefront by wavefront, against the same layer in 2D tiles: a picture that moves. */
final class WavefrontSection implements Section {
    private static final String ID = "wavefronts";

    private final HtmlContent html;
    private final List<FrameData> data;

    /** A frame as the section's script takes it. */
    private record FrameData(Map<String, List<int[]>> marks, Map<String, String> numbers) {}

    private WavefrontSection(HtmlContent html, List<FrameData> data) {
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
        String id = workload.info().id();
        double density = workload.filters(layer.index()).density();
        String size = fusion.rows() + "×" + fusion.columns();
        return Optional.of(new WavefrontSection(
                out -> JtewavefrontsGenerated.render(
                        out, null, id, layer, density, size, operands[0], wavefronts, frames),
                frames.stream()
                        .map(frame -> new FrameData(frame.marks(), frame.numbers()))
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

    /** The largest share of the partial results of a wavefront that are not zero. */
    static double mostFilled(LayerWavefronts wavefronts) {
        return wavefronts.wavefronts().stream()
                .mapToDouble(w -> w.partialNonZeros() / (double) Math.max(1, w.partials()))
                .max()
                .orElse(0);
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
    public HtmlContent html() {
        return html;
    }

    @Override
    public String script() {
        return Resource.text("wavefront.js");
    }

    @Override
    public Object data() {
        return data;
    }

    @Override
    public String style() {
        return Resource.text("wavefront.css");
    }
}
