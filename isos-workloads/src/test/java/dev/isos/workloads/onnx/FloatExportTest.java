package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.workloads.export.FloatOnnxExporter;
import dev.isos.workloads.graph.FloatExecutor;
import dev.isos.workloads.graph.FloatGraph;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The dense float32 model of a workload: ONNX Runtime against our own product. */
class FloatExportTest {
    private static final double RELATIVE_ERROR = 1e-4;

    private static byte[] export(Workload workload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new FloatOnnxExporter().write(workload, out);
        return out.toByteArray();
    }

    /** Every operation that is written, each more than a constant away from doing nothing. */
    private static Workload workload() {
        WorkloadBuilder b = new WorkloadBuilder("small", 3, new FeatureMapShape(3, 21, 19), true, 0.5);
        int first = b.convolution(Layer.NETWORK_INPUT, 8, 1, Window.square(3, 2, 1), 0.3);
        int pooled = b.pooling(first, PoolingKind.MAX, Window.square(3, 1, 1), false);
        int depthwise = b.convolution(pooled, 8, 8, Window.square(3, 1, 1), 0.4);
        int sum = b.elementwiseAdd(depthwise, pooled, true);
        int average = b.pooling(sum, PoolingKind.AVERAGE, Window.square(3, 1, 1), true);
        int both = b.concatenation(sum, average);
        int narrow = b.convolution(both, 6, 2, Window.square(1, 1, 0), 0.4);
        int half = b.pooling(narrow, PoolingKind.AVERAGE, Window.square(2, 2, 0), false);
        FeatureMapShape map = b.shapeOf(half);
        int connected = b.convolution(half, 12, 1, Window.wholeMap(map), 0.2);
        b.convolution(connected, 5, 1, Window.square(1, 1, 0), 0.5);
        return b.build();
    }

    @Test
    void onnxRuntimeGivesTheSameOutputs() throws IOException {
        Workload workload = workload();
        byte[] model = export(workload);
        FloatGraph graph = OnnxTranslator.translate(OnnxModelReader.read("small.onnx", model));
        SplittableRandom random = new SplittableRandom(8);
        float[] input = new float[workload.network().input().elements()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) (2 * random.nextDouble() - 1);
        }
        float[] ours = FloatExecutor.run(graph, input);
        float[] theirs = OnnxRuntimeReference.run(model, workload.network().input(), input);
        assertEquals(workload.network().output().outputShape().elements(), ours.length);
        assertEquals(ours.length, theirs.length);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < ours.length; i++) {
            largest = Math.max(largest, Math.abs(ours[i]));
            difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
        }
        assertTrue(largest > 0, "all outputs are zero");
        assertTrue(difference <= RELATIVE_ERROR * largest, difference + " of " + largest);
    }

    /** The model has the weights of the network, all of them. */
    @Test
    void weightsAreDense() throws IOException {
        Workload workload = workload();
        int bytes = export(workload).length;
        assertTrue(bytes > Float.BYTES * workload.network().parameters(), bytes + " bytes");
    }
}
