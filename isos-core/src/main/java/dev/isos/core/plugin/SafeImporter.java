package dev.isos.core.plugin;

import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** An importer that fails when it is asked whether it understands a file declines it: every importer is asked about every file. */
record SafeImporter(NetworkImporter importer, String id, String description) implements NetworkImporter {
    @Override
    public Optional<String> declines(Path file) {
        try {
            Optional<String> answer = importer.declines(file);
            return answer == null ? Optional.of("it gives no answer") : answer;
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            return Optional.of(PluginBlame.of(e).orElseGet(() -> PluginBlame.reason(e)));
        }
    }

    @Override
    public Workload load(Path file, WorkloadRequest request) {
        return importer.load(file, request);
    }

    @Override
    public Optional<String> schema() {
        return importer.schema();
    }

    @Override
    public Set<WorkloadRequest.Part> uses(WorkloadRequest request) {
        return importer.uses(request);
    }
}
