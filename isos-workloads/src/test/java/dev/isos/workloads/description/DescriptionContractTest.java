package dev.isos.workloads.description;

import dev.isos.api.workload.NetworkImporter;
import dev.isos.testkit.NetworkImporterContract;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class DescriptionContractTest extends NetworkImporterContract {
    @Override
    protected NetworkImporter importer() {
        return new DescriptionImporter();
    }

    @Override
    protected Map<String, byte[]> samples() {
        String yaml = """
                name: example
                input: {shape: [3, 8, 8], signed: true}
                layers:
                  - {name: stem, op: convolution, filters: 4, kernel: 3, stride: 2, pad: 1, density: 0.6}
                  - {name: next, op: convolution, filters: 4, weightDensity: 0.5, residual: stem, density: 0.4}
                  - {name: both, op: concatenation, from: [stem, next]}
                """;
        String json = "{\"input\": {\"shape\": [2, 4, 4]}, \"layers\": [{\"name\": \"a\", \"op\": \"convolution\","
                + " \"filters\": 3, \"kernel\": 3, \"density\": 0.5}]}";
        return Map.of(
                "a.yaml", yaml.getBytes(StandardCharsets.UTF_8),
                "b.yml", yaml.getBytes(StandardCharsets.UTF_8),
                "c.json", json.getBytes(StandardCharsets.UTF_8));
    }
}
