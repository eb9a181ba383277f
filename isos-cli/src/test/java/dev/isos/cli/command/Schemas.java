package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.isos.report.text.ResultSchema;
import dev.isos.study.sweep.SweepSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The JSON Schemas of files and results. */
public final class Schemas {
    private static final Map<String, String> ALL = Stream.concat(
                    Stream.of(Map.entry("sweep-spec", SweepSpec.schema().toString())),
                    Stream.of(ResultSchema.values())
                            .map(kind ->
                                    Map.entry(kind.toString(), kind.schema().toString())))
            .collect(Collectors.toMap(entry -> "urn:isos:schema:" + entry.getKey() + ":1", Map.Entry::getValue));
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(ALL));

    /** By their texts. */
    private static final Map<String, Schema> READ = new ConcurrentHashMap<>();

    private Schemas() {}

    /** What is wrong with a document. */
    static List<String> problems(String schema, String json) {
        return REGISTRY
                .getSchema(SchemaLocation.of("urn:isos:schema:" + schema + ":1"))
                .validate(json, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }

    /** What is wrong with a YAML document by a schema that is given as text. */
    static List<String> problemsOfYaml(String schema, String yaml) {
        return READ
                .computeIfAbsent(
                        schema,
                        text -> SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                                .getSchema(text))
                .validate(yaml, InputFormat.YAML)
                .stream()
                .map(Object::toString)
                .toList();
    }

    public static void check(String schema, String json) {
        assertEquals(List.of(), problems(schema, json));
    }
}
