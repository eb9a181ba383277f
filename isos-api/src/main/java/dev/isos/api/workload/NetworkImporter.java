package dev.isos.api.workload;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Turns a model file into a workload; contributed by plug-ins. Stateless; one instance serves all threads. */
public interface NetworkImporter {
    /** {@return short name, for example {@code onnx}; unique among importers} */
    String id();

    /** {@return what files it understands, in a sentence} */
    String description();

    /**
     * Whether this importer takes the file; cheap, reads at most a few kilobytes, never throws on odd content.
     *
     * @param file a file that exists and can be read
     * @return empty when it does, else the reason why not, as half a sentence
     */
    Optional<String> declines(Path file);

    /**
     * Which parts of the request decide what {@link #load} gives; users are told that others do not apply. Default: all.
     *
     * @param request what decides about parts that replace each other
     * @return a subset of the parts
     */
    default Set<WorkloadRequest.Part> uses(WorkloadRequest request) {
        return EnumSet.allOf(WorkloadRequest.Part.class);
    }

    /**
     * The form of the files, for editors and for programs that write such files.
     *
     * @return a JSON Schema, draft 2020-12; empty, as by default, where files are no JSON or YAML or there is no schema
     */
    default Optional<String> schema() {
        return Optional.empty();
    }

    /**
     * Imports a file that it has not declined.
     *
     * @param file the model; other files may lie beside it
     * @param request seed, images, pruning and calibration; the same file and request give the same workload on any
     *     machine
     * @return with or without a reference
     * @throws dev.isos.api.error.IsosException naming file, place and expectation when it cannot
     */
    Workload load(Path file, WorkloadRequest request);
}
