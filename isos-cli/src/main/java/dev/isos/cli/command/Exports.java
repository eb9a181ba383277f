package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.core.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Finds the exporter that a file name asks for. */
final class Exports {
    private Exports() {}

    /** The exporter of the file's extension. */
    static WorkloadExporter exporter(Platform isos, Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        for (WorkloadExporter exporter : isos.exporters().values()) {
            if (name.endsWith(exporter.fileExtension())
                    && name.length() > exporter.fileExtension().length()) {
                return exporter;
            }
        }
        List<String> extensions = isos.exporters().values().stream()
                .map(WorkloadExporter::fileExtension)
                .toList();
        throw IsosException.badInput("-o " + file + ": expected a file name that ends in "
                + (extensions.isEmpty()
                        ? "what an exporter writes, but there is none"
                        : String.join(" or ", extensions)));
    }
}
