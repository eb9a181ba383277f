package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.report.output.OutputFile;
import dev.isos.report.text.WorkloadReport;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isos import}. */
@Command(
        name = "import",
        description = "Converts a model to a workload file that later runs load in an instant and shows what is in it.")
final class ImportCommand implements Callable<Integer> {
    private static final String EXTENSION = ".isos";

    private final Session session;

    @Parameters(paramLabel = "MODEL", description = "A file that an importer understands, or a built-in workload.")
    private String model;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write (default: the model's name with " + EXTENSION + ", in this folder).")
    private Path output;

    @Mixin
    private ImageOptions image;

    @Mixin
    private SourceOptions source;

    @Mixin
    private CommonOptions common;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        WorkloadRequest request = image.request(source, common, session.console());
        Path file = output == null ? defaultOutput(model) : output;
        if (output == null && Files.exists(file)) {
            throw IsosException.badInput(file + " exists; -o " + file + " replaces it");
        }
        Platform isos = common.platform(session);
        source.requireUsed(isos, List.of(model), request);
        WorkloadExporter exporter = Exports.exporter(isos, file);
        try (OutputFile out = OutputFile.open(file)) {
            Workload workload = isos.workload(model, request);
            try {
                out.write(stream -> exporter.write(workload, stream));
                WorkloadReport report = new WorkloadReport(workload, file.toString(), out.commit());
                common.print(session, report);
            } finally {
                isos.release(workload);
            }
        }
        return 0;
    }

    /** The model's file name with the extension of workload files instead of its own. */
    static Path defaultOutput(String model) {
        try {
            Path name = Path.of(model).getFileName();
            String text = String.valueOf(name);
            int dot = text.lastIndexOf('.');
            return Path.of((dot > 0 ? text.substring(0, dot) : text) + EXTENSION);
        } catch (InvalidPathException e) {
            throw IsosException.badInput("'" + model + "' is neither a file nor a built-in workload");
        }
    }
}
