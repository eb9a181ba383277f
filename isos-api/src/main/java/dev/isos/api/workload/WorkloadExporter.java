package dev.isos.api.workload;

import java.io.IOException;
import java.io.OutputStream;

/** Writes a workload in a form that other tools, or Isos itself, read; contributed by plug-ins. */
public interface WorkloadExporter {
    /** Short name, for example {@code onnx}. */
    String id();

    /** What it writes, in a sentence. */
    String description();

    /** Extension of its files with the dot, in lower case, for example {@code .onnx}; what the user names the file by. */
    String fileExtension();

    /**
     * Writes the workload. The caller gives the file its name when all of it has been written.
     *
     * @throws dev.isos.api.error.IsosException naming the layer that has no such form
     * @throws IOException when the stream cannot take it
     */
    void write(Workload workload, OutputStream out) throws IOException;
}
