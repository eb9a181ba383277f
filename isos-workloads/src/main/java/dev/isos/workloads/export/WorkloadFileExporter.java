package dev.isos.workloads.export;

import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.workloads.file.WorkloadFile;
import java.io.IOException;
import java.io.OutputStream;

/** Writes workload files, see {@link WorkloadFile}. */
public final class WorkloadFileExporter implements WorkloadExporter {
    @Override
    public String id() {
        return "isos-workload";
    }

    @Override
    public String description() {
        return "Isos workload files: network, weights, input and reference, ready to run.";
    }

    @Override
    public String fileExtension() {
        return WorkloadFile.EXTENSION;
    }

    @Override
    public void write(Workload workload, OutputStream out) throws IOException {
        WorkloadFile.write(out, workload);
    }
}
