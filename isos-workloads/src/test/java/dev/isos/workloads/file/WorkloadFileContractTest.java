package dev.isos.workloads.file;

import dev.isos.api.workload.NetworkImporter;
import dev.isos.testkit.NetworkImporterContract;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;

class WorkloadFileContractTest extends NetworkImporterContract {
    @Override
    protected NetworkImporter importer() {
        return new WorkloadFileImporter();
    }

    @Override
    protected Map<String, byte[]> samples() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WorkloadFile.write(bytes, PlainReference.withReference(RandomWorkloads.network(3)));
        return Map.of("a.isos", bytes.toByteArray());
    }
}
