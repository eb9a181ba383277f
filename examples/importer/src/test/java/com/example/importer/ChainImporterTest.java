package com.example.importer;

import dev.isos.api.workload.NetworkImporter;
import dev.isos.testkit.NetworkImporterContract;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class ChainImporterTest extends NetworkImporterContract {
    @Override
    protected NetworkImporter importer() {
        return new ChainImporter();
    }

    @Override
    protected Map<String, byte[]> samples() {
        String chain = "input 8 12 12\nfirst 16 3 1 0.2\nsecond 8 1 1 0.5\n";
        return Map.of("tiny.chain", chain.getBytes(StandardCharsets.US_ASCII));
    }
}
