package dev.isos.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.core.Platform;
import dev.isos.core.spec.HardwareSchema;
import dev.isos.core.text.Nearest;
import dev.isos.report.text.Json;
import dev.isos.report.text.ResultSchema;
import dev.isos.study.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
        NETWORK,
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
            description = "Files: hardware, sweep-spec, network. Results: run, comparison, sweep, evaluation, plan,"
                    + " validation, bench, diff, workload, list, trace.")
    private Kind kind;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID",
            description =
                    "With hardware: only files that extend this model, see 'isos list hardware'; with network: files of"
                            + " this importer (default: the only one whose files have a schema).")
    private String id;

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
        boolean contributed = kind == Kind.HARDWARE || kind == Kind.NETWORK;
        if (id != null && !contributed) {
            throw IsosException.badInput("unexpected argument '" + id + "' after 'schema " + kind + "'");
        }
        if (plugins != null && !contributed) {
            throw IsosException.badInput(
                    "--plugins does not apply to 'schema " + kind + "', which plug-ins do not change");
        }
        session.console().data(Json.write(schema()));
        return 0;
    }

    private JsonNode schema() {
        return switch (kind) {
            case HARDWARE -> hardware();
            case NETWORK -> network();
            case SWEEP_SPEC -> SweepSpec.schema();
            default -> ResultSchema.valueOf(kind.name()).schema();
        };
    }

    private Platform platform() {
        return session.platform().apply(session.pluginFolder(plugins));
    }

    private JsonNode hardware() {
        Map<String, HardwareModelFactory> models = platform().hardware();
        return id == null ? HardwareSchema.of(models.values()) : HardwareSchema.of(known("hardware", models));
    }

    private JsonNode network() {
        Map<String, String> schemas = new TreeMap<>();
        platform().importers().forEach((importer, it) -> it.schema().ifPresent(text -> schemas.put(importer, text)));
        if (id == null && schemas.size() != 1) {
            throw IsosException.badInput("expected 'schema network IMPORTER'; importers whose files have a schema are: "
                    + (schemas.isEmpty() ? "none" : String.join(", ", schemas.keySet())));
        }
        String importer = id == null ? schemas.keySet().iterator().next() : id;
        String text = id == null ? schemas.get(importer) : known("importer with a schema", schemas);
        try {
            return JsonMapper.builder().build().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE, "importer " + importer + " gives a schema that is no JSON", e);
        }
    }

    private <T> T known(String what, Map<String, T> all) {
        T one = all.get(id);
        if (one == null) {
            throw IsosException.badInput("unknown " + what + " '" + id + "'" + Nearest.hint(id, all.keySet()));
        }
        return one;
    }
}
