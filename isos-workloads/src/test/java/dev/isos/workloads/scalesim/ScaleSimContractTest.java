package dev.isos.workloads.scalesim;

import dev.isos.api.workload.NetworkImporter;
import dev.isos.testkit.NetworkImporterContract;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class ScaleSimContractTest extends NetworkImporterContract {
    @Override
    protected NetworkImporter importer() {
        return new ScaleSimImporter();
    }

    @Override
    protected Map<String, byte[]> samples() {
        String convolutions =
                "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter,"
                        + " Strides,\na,8,7,3,3,4,6,1,\nb,5,5,1,1,2,3,2,\n";
        String products = "Layer, M, N, K,\na,4,5,6,\n";
        return Map.of(
                "convolutions.csv", convolutions.getBytes(StandardCharsets.UTF_8),
                "products.csv", products.getBytes(StandardCharsets.UTF_8));
    }
}
