package dev.isos.workloads.export;

import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes ONNX models of 8-bit integer arithmetic: QLinearConv with int8 weights, what ONNX has no 8-bit operator for in
 * float32 between casts. Batch 1, NCHW, zero points 0, operator set 13 of the standard alone. The graph computes in units
 * of the 8-bit values (its scales are the multipliers of the workload), so that a runtime whose kernels follow the standard
 * gives the outputs of the reference, bit for bit; real scales are metadata of the model.
 */
public final class OnnxExporter implements WorkloadExporter {
    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public String description() {
        return "ONNX models of QLinearConv and the like: int8 weights, 8-bit activations, batch 1, operator set "
                + ModelFile.OPSET + ".";
    }

    @Override
    public String fileExtension() {
        return ".onnx";
    }

    @Override
    public void write(Workload workload, OutputStream out) throws IOException {
        new OnnxGraphWriter(workload).write(out);
    }
}
