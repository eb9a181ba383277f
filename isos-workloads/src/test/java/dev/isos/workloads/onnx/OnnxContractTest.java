package dev.isos.workloads.onnx;

import dev.isos.api.workload.NetworkImporter;
import dev.isos.testkit.NetworkImporterContract;
import java.util.List;
import java.util.Map;

class OnnxContractTest extends NetworkImporterContract {
    @Override
    protected NetworkImporter importer() {
        return new OnnxImporter();
    }

    @Override
    protected Map<String, byte[]> samples() {
        TestModel model = new TestModel(13, 7, 1, 3, 8, 8)
                .weights("w1", 4, 3, 3, 3)
                .node("Conv", "c1", List.of("x", "w1"), Map.of("pads", new long[] {1, 1, 1, 1}))
                .node("Relu", "r1", "c1")
                .weights("w2", 4, 4, 1, 1)
                .node("Conv", "c2", "r1", "w2")
                .node("Add", "y", "c2", "r1");
        return Map.of("a.onnx", model.bytes());
    }
}
