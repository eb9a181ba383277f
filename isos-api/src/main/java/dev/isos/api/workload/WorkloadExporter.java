package dev.isos.api.workload;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a workload in a form that other tools, or Isos itself, read; contributed by plug-ins. Stateless; one instance
 * serves all threads.
 */
public interface WorkloadExporter {
    /** {@return short name, for example {@code onnx}; unique among exporters} */
    String id();

    /** {@return what it writes, in a sentence} */
    String description();

    /**
     * {@return extension of its files with the dot, in lower case, for example {@code .onnx}; what the user names the
     * file by}
     */
    String fileExtension();

    /**
     * Writes the workload. The caller gives the file its name when all of it has been written.
     *
     * @param workload with or without a reference; not modified
     * @param out for the caller to close
     * @throws dev.isos.api.error.IsosException naming the layer that has no such form
     * @throws IOException when the stream cannot take it
     */
    void write(Workload workload, OutputStream out) throws IOException;
}
