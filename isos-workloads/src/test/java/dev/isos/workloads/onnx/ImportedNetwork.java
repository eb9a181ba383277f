package dev.isos.workloads.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.rewrite.Rewriter;
import dev.isos.workloads.image.GeneratedImage;
import dev.isos.workloads.image.ImagePreprocessor;
import dev.isos.workloads.quantise.ActivationCalibration;
import dev.isos.workloads.quantise.Quantiser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model imported for a generated photo, and its outputs beside those of ONNX Runtime in float. */
final class ImportedNetwork {
    final FloatGraph graph;
    final Workload workload;
    private final OnnxGraph onnx;
    private final List<TensorView> views;
    private final List<float[]> inputs = new ArrayList<>();
    private final List<float[]> expected;

    /**
     * @param calibration rule of the quantiser; empty for the graph in float alone, before it is rewritten
     */
    ImportedNetwork(byte[] model, String calibration) {
        onnx = OnnxModelReader.read("model.onnx", model);
        OnnxTranslator.Translation translation = OnnxTranslator.translation(onnx);
        views = translation.outputs();
        graph = calibration.isEmpty() ? translation.graph() : Rewriter.rewrite(translation.graph());
        FeatureMapShape shape = onnx.inputShape();
        for (int image = 0; image < onnx.images(); image++) {
            float[] colours = ImagePreprocessor.prepare(
                    GeneratedImage.create(1 + image, shape.height(), shape.width()),
                    Preprocessing.IMAGENET,
                    shape.height(),
                    shape.width());
            float[] input = new float[shape.elements()];
            for (int i = 0; i < input.length; i++) {
                input[i] = colours[i % colours.length];
            }
            inputs.add(input);
        }
        workload = calibration.isEmpty()
                ? null
                : Quantiser.quantise(
                        graph, inputs, onnx.images(), ActivationCalibration.parse(calibration), "test", 0, "a test");
        expected = runtime(model);
    }

    /** Outputs of ONNX Runtime, as the model lays them out. */
    private List<float[]> runtime(byte[] model) {
        FeatureMapShape s = onnx.inputShape();
        int images = inputs.size();
        long[] dims = onnx.channelsLast()
                ? new long[] {images, s.height(), s.width(), s.channels()}
                : switch (onnx.inputRank()) {
                    case 2 -> new long[] {images, s.channels()};
                    case 3 -> new long[] {images, s.channels(), s.width()};
                    default -> new long[] {images, s.channels(), s.height(), s.width()};
                };
        float[] values = new float[images * s.elements()];
        for (int i = 0; i < values.length; i++) {
            int e = i % s.elements();
            int at = onnx.channelsLast() ? e % s.channels() * s.fibers() + e / s.channels() : e;
            values[i] = inputs.get(i / s.elements())[at];
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            List<float[]> outputs = new ArrayList<>();
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor tensor = tensor(environment, session, values, dims);
                    OrtSession.Result result = session.run(
                            Map.of(session.getInputNames().iterator().next(), tensor))) {
                for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
                    FloatBuffer buffer = ((OnnxTensor) output.getValue()).getFloatBuffer();
                    float[] all = new float[buffer.remaining()];
                    buffer.get(all);
                    outputs.add(all);
                }
            }
            return outputs;
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, OrtSession session, float[] values, long[] dims)
            throws OrtException {
        TensorInfo info =
                (TensorInfo) session.getInputInfo().values().iterator().next().getInfo();
        FloatBuffer buffer = FloatBuffer.wrap(values);
        if (info.type != OnnxJavaType.FLOAT16) {
            return OnnxTensor.createTensor(environment, buffer, dims);
        }
        ShortBuffer half = Fp16Conversions.convertFloatBufferToFp16Buffer(buffer);
        ByteBuffer bytes = ByteBuffer.allocateDirect(2 * values.length).order(ByteOrder.nativeOrder());
        bytes.asShortBuffer().put(half);
        return OnnxTensor.createTensor(environment, bytes, dims, OnnxJavaType.FLOAT16);
    }

    /** Smallest signal-to-noise ratio of an output of the float graph against ONNX Runtime, in dB. */
    double floatSqnr() {
        double least = Double.POSITIVE_INFINITY;
        for (int image = 0; image < inputs.size(); image++) {
            Map<String, float[]> outputs = new HashMap<>();
            FloatExecutor.run(graph, inputs.get(image), new FloatExecutor.Observer() {
                @Override
                public void output(FloatNode node, float[] values) {
                    if (graph.outputs().contains(node.output())) {
                        outputs.put(node.output(), values.clone());
                    }
                }
            });
            for (int i = 0; i < views.size(); i++) {
                least = Math.min(least, sqnr(i, image, outputs.get(tensor(i))));
            }
        }
        return least;
    }

    private String tensor(int output) {
        List<String> bases = views.stream().map(TensorView::base).distinct().toList();
        return graph.outputs().get(bases.indexOf(views.get(output).base()));
    }

    /** Smallest signal-to-noise ratio of an output of the 8-bit workload against ONNX Runtime, in dB. */
    double sqnr() {
        Map<Integer, ActivationTensor> outputs = new HashMap<>();
        ReferenceExecutor.execute(workload, (layer, output) -> outputs.put(layer.index(), output));
        int perImage = workload.network().size() / inputs.size();
        double least = Double.POSITIVE_INFINITY;
        for (int image = 0; image < inputs.size(); image++) {
            for (int i = 0; i < views.size(); i++) {
                int layer = -1;
                for (int n = 0; n < graph.nodes().size(); n++) {
                    layer = graph.nodes().get(n).output().equals(tensor(i)) ? n : layer;
                }
                ActivationTensor output = outputs.get(layer + image * perImage);
                float scale = workload.requantisation(layer).outputScale();
                FeatureMapShape s = output.shape();
                float[] values = new float[s.elements()];
                for (int e = 0; e < values.length; e++) {
                    int p = e % s.fibers();
                    values[e] = output.value(e / s.fibers(), p / s.width(), p % s.width()) * scale;
                }
                least = Math.min(least, sqnr(i, image, values));
            }
        }
        return least;
    }

    private double sqnr(int output, int image, float[] actual) {
        // Where each element of the model's output lies in the tensor that was computed.
        TensorView view = views.get(output);
        float[] theirs = expected.get(output);
        List<TensorView.Atom> atoms = view.axes().stream().flatMap(List::stream).toList();
        double signal = 0;
        double noise = 0;
        for (int e = 0; e < theirs.length; e++) {
            int rest = e;
            int at = view.channelOffset() * view.shape().fibers() + view.positionOffset();
            int of = 0;
            for (int i = atoms.size() - 1; i >= 0; i--) {
                TensorView.Atom atom = atoms.get(i);
                int step = rest % atom.size();
                rest /= atom.size();
                switch (atom.kind()) {
                    case IMAGE -> of = step;
                    case CHANNEL -> at += step * atom.stride() * view.shape().fibers();
                    default -> at += step * atom.stride();
                }
            }
            if (of == image) {
                double difference = theirs[e] - actual[at];
                signal += (double) theirs[e] * theirs[e];
                noise += difference * difference;
            }
        }
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }
}
