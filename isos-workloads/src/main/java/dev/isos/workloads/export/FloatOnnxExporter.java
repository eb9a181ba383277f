package dev.isos.workloads.export;

import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes the network of a workload as a dense ONNX model in float32, for comparisons of speed: the layers are those of the workload, its
 * numbers are not. Weights are drawn, all of them different from zero; see {@link FloatGraphWriter}.
 */
public final class FloatOnnxExporter implements WorkloadExporter {
    @Override
    public String id() {
        return "onnx-float32";
    }

    @Override
    public String description() {
        return "ONNX models of the dense network in float32 with drawn weights, to time other engines by; operator set "
                + ModelFile.OPSET + ".";
    }

    @Override
    public String fileExtension() {
        return ".float32.onnx";
    }

    @Override
    public void write(Workload workload, OutputStream out) throws IOException {
        new FloatGraphWriter(workload).write(out);
    }
}
