package dev.isos.api.workload;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Turns a model file into a workload; contributed by plug-ins. */
public interface NetworkImporter {
    /** Short name, for example {@code onnx}. */
    String id();

    /** What files it understands, in a sentence. */
    String description();

    /**
     * Whether this importer takes the file; cheap, reads at most a few kilobytes, never throws on odd content.
     *
     * @return empty when it does, else the reason why not, as half a sentence
     */
    Optional<String> declines(Path file);

    /**
     * Which parts of the request decide what {@link #load} gives; users are told that others do not apply. Default: all.
     *
     * @param request what decides about parts that replace each other
     */
    default Set<WorkloadRequest.Part> uses(WorkloadRequest request) {
        return EnumSet.allOf(WorkloadRequest.Part.class);
    }

    /**
     * Imports the file. Throws {@link dev.isos.api.error.IsosException} naming file, place and expectation when it can't.
     */
    Workload load(Path file, WorkloadRequest request);
}
