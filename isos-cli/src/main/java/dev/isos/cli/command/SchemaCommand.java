package dev.isos.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.core.Platform;
import dev.isos.core.spec.HardwareSchema;
import dev.isos.core.text.Nearest;
import dev.isos.report.text.Json;
import dev.isos.report.text.ResultSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isos schema}. */
@Command(
        name = "schema",
        description = "Prints the JSON Schema of a file or of a result, for editors and for programs.")
final class SchemaCommand implements Callable<Integer> {
    /** What has a schema. */
    enum Kind {
        HARDWARE,
        SWEEP_SPEC,
        RUN,
        COMPARISON,
        SWEEP,
        EVALUATION,
        PLAN,
        VALIDATION,
        BENCH,
        DIFF,
        WORKLOAD,
        LIST,
        TRACE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Session session;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "Files: hardware, sweep-spec. Results: run, comparison, sweep, evaluation, plan,"
                    + " validation, bench, diff, workload, list, trace.")
    private Kind kind;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "HARDWARE",
            description = "With hardware: only files that extend this model, see 'isos list hardware'.")
    private String model;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder with more plug-ins (default: that of the environment variable ISOS_PLUGINS).")
    private Path plugins;

    SchemaCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (model != null && kind != Kind.HARDWARE) {
            throw IsosException.badInput("unexpected argument '" + model + "' after 'schema " + kind + "'");
        }
        if (plugins != null && kind != Kind.HARDWARE) {
            throw IsosException.badInput(
                    "--plugins does not apply to 'schema " + kind + "', which plug-ins do not change");
        }
        session.console().data(Json.write(schema()));
        return 0;
    }

    private JsonNode schema() {
        return switch (kind) {
            case HARDWARE -> hardware();
            case SWEEP_SPEC, TRACE -> shipped();
            default -> ResultSchema.valueOf(kind.name()).schema();
        };
    }

    private JsonNode hardware() {
        Platform isos = session.platform().apply(session.pluginFolder(plugins));
        if (model == null) {
            return HardwareSchema.of(isos.hardware().values());
        }
        HardwareModelFactory one = isos.hardware().get(model);
        if (one == null) {
            throw IsosException.badInput("unknown hardware '" + model + "'"
                    + Nearest.hint(model, isos.hardware().keySet()));
        }
        return HardwareSchema.of(one);
    }

    private JsonNode shipped() {
        try (InputStream in =
                SchemaCommand.class.getResourceAsStream("/dev/isos/cli/schema/" + kind + ".schema.json")) {
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a schema that ships with Isos cannot be read", e);
        }
    }
}
