package dev.isos.workloads.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.isos.api.tensor.FeatureMapShape;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs a model in ONNX Runtime, the engine that the importer is compared with. */
final class OnnxRuntimeReference {
    private static final long STACK_BYTES = 64L << 20;

    private OnnxRuntimeReference() {}

    /** On a thread of its own: the library recurses deeper than a usual stack of Java is, which kills the process. */
    static float[] run(byte[] model, FeatureMapShape shape, float[] input) {
        FutureTask<float[]> task = new FutureTask<>(() -> computed(model, shape, input));
        new Thread(null, task, "ONNX Runtime", STACK_BYTES).start();
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("ONNX Runtime does not run the model", e);
        }
    }

    private static float[] computed(byte[] model, FeatureMapShape shape, float[] input) throws OrtException {
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
        }
    }
}
