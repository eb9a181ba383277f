package dev.isos.workloads.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.isos.api.tensor.FeatureMapShape;
import java.nio.FloatBuffer;
import java.util.Map;

/** Runs a model in ONNX Runtime, the engine that the importer is compared with. */
final class OnnxRuntimeReference {
    private OnnxRuntimeReference() {}

    static float[] run(byte[] model, FeatureMapShape shape, float[] input) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            long[] dims = {1, shape.channels(), shape.height(), shape.width()};
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), dims);
                    OrtSession.Result result = session.run(
                            Map.of(session.getInputNames().iterator().next(), tensor))) {
                FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] output = new float[values.remaining()];
                values.get(output);
                return output;
            }
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses the model", e);
        }
    }
}
