package dev.isos.workloads.file;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadRequest.Part;
import dev.isos.support.reference.ReferenceExecutor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Takes workload files where a model file is expected. They carry their own numbers and input. */
public final class WorkloadFileImporter implements NetworkImporter {
    @Override
    public String id() {
        return "isos-workload";
    }

    @Override
    public String description() {
        return "Isos workload files (" + WorkloadFile.EXTENSION + "), with their own weights, input and reference.";
    }

    @Override
    public Optional<String> declines(Path file) {
        return WorkloadFile.declines(file);
    }

    /** None: the file carries all its numbers. */
    @Override
    public Set<Part> uses(WorkloadRequest request) {
        return Set.of();
    }

    @Override
    public Workload load(Path file, WorkloadRequest request) {
        if (!request.images().isEmpty()) {
            throw IsosException.badInput("workload file " + file + " carries its own input and takes no image");
        }
        if (!request.prune().equals("none")) {
            throw IsosException.badInput("workload file " + file + " carries its own weights and cannot be pruned by '"
                    + request.prune() + "'");
        }
        Workload workload = WorkloadFile.read(file);
        return workload.hasReference() ? workload : workload.withReference(ReferenceExecutor.execute(workload));
    }
}
