package dev.isos.cli.command;

import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.report.output.OutputFile;
import dev.isos.report.text.WorkloadReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isos export}. */
@Command(
        name = "export",
        description = "Writes a workload as a file for other tools; the extension decides the format"
                + " ('isos list exporters').")
final class ExportCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = {"-w", "--workload"},
            paramLabel = "WORKLOAD",
            required = true,
            description = "Built-in workload, or a file that an importer understands.")
    private String workload;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "The file to write.")
    private Path output;

    @Mixin
    private ImageOptions image;

    @Mixin
    private SourceOptions source;

    @Mixin
    private CommonOptions common;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        WorkloadRequest request = image.request(source, common, session.console());
        Platform isos = common.platform(session);
        source.requireUsed(isos, List.of(workload), request);
        WorkloadExporter exporter = Exports.exporter(isos, output);
        try (OutputFile out = OutputFile.open(output)) {
            Workload loaded = isos.workload(workload, request);
            try {
                out.write(stream -> exporter.write(loaded, stream));
                common.print(session, new WorkloadReport(loaded, output.toString(), out.commit()));
            } finally {
                isos.release(loaded);
            }
        }
        return 0;
    }
}
