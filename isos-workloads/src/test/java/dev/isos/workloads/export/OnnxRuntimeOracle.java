package dev.isos.workloads.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Exports workloads and runs them in ONNX Runtime. */
final class OnnxRuntimeOracle {
    private OnnxRuntimeOracle() {}

    /**
     * How the outputs of a layer differ.
     *
     * @param elements outputs of the layer
     * @param different those that are not equal
     * @param largest largest difference
     */
    record Difference(long elements, long different, int largest) {}

    static byte[] export(Workload workload) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new OnnxExporter().write(workload, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes every layer's output an output of the model. */
    static byte[] withAllLayers(Workload workload, byte[] model) {
        try {
            ModelProto parsed = ModelProto.parseFrom(model);
            GraphProto.Builder graph = parsed.getGraph().toBuilder().clearOutput();
            for (Layer layer : workload.network().layers()) {
                graph.addOutput(
                        OnnxNodes.value(layer.name(), layer.outputShape(), workload.signed(layer.index()), "a layer"));
            }
            return parsed.toBuilder().setGraph(graph).build().toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Outputs of the model by name, in rank order [C, H, W]. */
    static Map<String, byte[]> run(Workload workload, byte[] model) {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            // exact products of uint8 and int8 also on processors without VNNI
            options.addConfigEntry("session.x64quantprecision", "1");
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession session = environment.createSession(model, options)) {
                for (int n = 0; n <= workload.network().furtherInputs().size(); n++) {
                    ActivationTensor tensor = workload.input(Layer.networkInput(n));
                    FeatureMapShape s = tensor.shape();
                    inputs.put(
                            n == 0 ? "input" : "input_" + n,
                            OnnxTensor.createTensor(
                                    environment,
                                    ByteBuffer.wrap(planes(tensor)),
                                    new long[] {1, s.channels(), s.height(), s.width()},
                                    tensor.signed() ? OnnxJavaType.INT8 : OnnxJavaType.UINT8));
                }
                try (OrtSession.Result result = session.run(inputs)) {
                    Map<String, byte[]> outputs = new TreeMap<>();
                    for (Map.Entry<String, OnnxValue> entry : result) {
                        ByteBuffer values = ((OnnxTensor) entry.getValue()).getByteBuffer();
                        byte[] bytes = new byte[values.remaining()];
                        values.get(bytes);
                        outputs.put(entry.getKey(), bytes);
                    }
                    return outputs;
                }
            }
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses " + workload.info().id(), e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /** Values in rank order [C, H, W]. */
    static byte[] planes(ActivationTensor tensor) {
        FeatureMapShape s = tensor.shape();
        byte[] planes = new byte[s.elements()];
        int at = 0;
        for (int c = 0; c < s.channels(); c++) {
            for (int h = 0; h < s.height(); h++) {
                for (int w = 0; w < s.width(); w++) {
                    planes[at++] = tensor.values()[tensor.fiberStart(w, h) + c];
                }
            }
        }
        return planes;
    }

    /** How the layers that the model gives differ from the reference, by name. */
    static Map<String, Difference> compare(Workload workload, Map<String, byte[]> outputs) {
        Map<String, Difference> differences = new LinkedHashMap<>();
        ReferenceExecutor.execute(workload, (layer, tensor) -> {
            byte[] theirs = outputs.get(layer.name());
            if (theirs != null) {
                differences.put(layer.name(), difference(planes(tensor), theirs, tensor.signed()));
            }
        });
        return differences;
    }

    private static Difference difference(byte[] ours, byte[] theirs, boolean signed) {
        if (ours.length != theirs.length) {
            throw new AssertionError(theirs.length + " outputs instead of " + ours.length);
        }
        long different = 0;
        int largest = 0;
        for (int i = 0; i < ours.length; i++) {
            int by = Math.abs(ActivationTensor.decode(ours[i], signed) - ActivationTensor.decode(theirs[i], signed));
            different += by == 0 ? 0 : 1;
            largest = Math.max(largest, by);
        }
        return new Difference(ours.length, different, largest);
    }
}
