package dev.isos.workloads.export;

import dev.isos.api.workload.WorkloadExporter;
import dev.isos.testkit.WorkloadExporterContract;
import org.junit.jupiter.api.Nested;

class ExporterContractTest {
    @Nested
    class Onnx extends WorkloadExporterContract {
        @Override
        protected WorkloadExporter exporter() {
            return new OnnxExporter();
        }
    }

    @Nested
    class FloatOnnx extends WorkloadExporterContract {
        @Override
        protected WorkloadExporter exporter() {
            return new FloatOnnxExporter();
        }
    }

    @Nested
    class WorkloadFiles extends WorkloadExporterContract {
        @Override
        protected WorkloadExporter exporter() {
            return new WorkloadFileExporter();
        }
    }
}
