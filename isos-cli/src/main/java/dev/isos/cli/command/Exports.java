package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.core.Platform;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the exporter that a file name asks for. */
final class Exports {
    private Exports() {}

    /** The exporter of the file's extension. */
    static WorkloadExporter exporter(Platform isos, Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        Optional<WorkloadExporter> found = isos.exporters().values().stream()
                .filter(exporter -> name.endsWith(exporter.fileExtension())
                        && name.length() > exporter.fileExtension().length())
                // one extension may end in another
                .max(Comparator.comparingInt(
                        exporter -> exporter.fileExtension().length()));
        if (found.isPresent()) {
            return found.get();
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
