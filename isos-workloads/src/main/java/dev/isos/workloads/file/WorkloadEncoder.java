package dev.isos.workloads.file;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import java.nio.ByteBuffer;

/** The writing half of {@link WorkloadFile}. */
final class WorkloadEncoder {
    private WorkloadEncoder() {}

    static ObjectNode header(ObjectNode header, Workload workload, String contentKey) {
        header.put("contentKey", contentKey);
        // Floats travel as doubles, which print and parse without loss.
        header.putObject("info")
                .put("id", workload.info().id())
                .put("network", workload.info().network())
                .put("networkName", workload.network().name())
                .put("seed", workload.info().seed())
                .put("source", workload.info().source())
                .put("inputScale", (double) workload.info().inputScale());
        header.putObject("input")
                .put("channels", workload.input().shape().channels())
                .put("height", workload.input().shape().height())
                .put("width", workload.input().shape().width())
                .put("signed", workload.input().signed());
        header.put("hasReference", workload.hasReference());
        ArrayNode layers = header.putArray("layers");
        for (Layer layer : workload.network().layers()) {
            layer(layers.addObject(), workload, layer);
        }
        return header;
    }

    private static void layer(ObjectNode node, Workload workload, Layer layer) {
        LayerParameters parameters = workload.parameters().get(layer.index());
        Requantisation r = parameters.requantisation();
        node.put("name", layer.name());
        ArrayNode inputs = node.putArray("inputs");
        layer.inputs().forEach(inputs::add);
        node.put("residual", layer.residual());
        if (layer.op() instanceof Convolution c) {
            node.put("op", "convolution");
            window(node, c.window());
            node.put("outputChannels", c.outputChannels());
            node.put("groups", c.groups());
            node.put("nonZeros", workload.filters(layer.index()).nonZeros());
        } else if (layer.op() instanceof Pooling p) {
            node.put("op", p.label());
            window(node, p.window());
            node.put("countPadding", p.countPadding());
        } else {
            node.put("op", layer.op().label());
        }
        node.put("low", r.low());
        node.put("high", r.high());
        node.put("sumMultiplier", (double) r.sumMultiplier());
        node.put("residualMultiplier", (double) r.residualMultiplier());
        node.put("outputScale", (double) r.outputScale());
        if (workload.hasReference()) {
            LayerReference reference = workload.reference().get(layer.index());
            node.putObject("reference")
                    .put("outputSha256", reference.outputSha256())
                    .put("outputNonZeros", reference.outputNonZeros())
                    .put("effectualMacs", reference.effectualMacs());
        }
    }

    private static void window(ObjectNode node, Window w) {
        ArrayNode numbers = node.putArray("window");
        numbers.add(w.rows()).add(w.columns()).add(w.strideRows()).add(w.strideColumns());
        numbers.add(w.padTop()).add(w.padLeft()).add(w.padBottom()).add(w.padRight());
        numbers.add(w.dilationRows()).add(w.dilationColumns());
    }

    static long bodyBytes(Workload workload) {
        long bytes = workload.input().values().length;
        for (LayerParameters p : workload.parameters()) {
            bytes += p.requantisation().bias().length * (long) (Integer.BYTES + Float.BYTES);
            if (p.filters().isPresent()) {
                FilterTensor f = p.filters().get();
                bytes += f.starts().length * (long) Integer.BYTES + f.nonZeros() * (long) (Character.BYTES + 1);
            }
        }
        return bytes;
    }

    static void body(ByteBuffer out, Workload workload) {
        for (LayerParameters p : workload.parameters()) {
            int[] bias = p.requantisation().bias();
            out.asIntBuffer().put(bias);
            skip(out, bias.length * Integer.BYTES);
            out.asFloatBuffer().put(p.requantisation().multiplier());
            skip(out, bias.length * Float.BYTES);
            if (p.filters().isPresent()) {
                FilterTensor f = p.filters().get();
                out.asIntBuffer().put(f.starts());
                skip(out, f.starts().length * Integer.BYTES);
                out.asCharBuffer().put(f.coordinates());
                skip(out, f.nonZeros() * Character.BYTES);
                out.put(f.payloads());
            }
        }
        out.put(workload.input().values());
    }

    private static void skip(ByteBuffer out, int bytes) {
        out.position(out.position() + bytes);
    }
}
