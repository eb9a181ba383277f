package dev.isos.report.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.api.result.RunResult;
import dev.isos.core.document.DocumentSchema;
import dev.isos.report.trace.Trace;
import java.util.Locale;

/** The JSON documents that commands print, and their JSON Schemas, made from the records that are written. */
public enum ResultSchema {
    RUN("run", RunResult.class),
    COMPARISON("compare", ComparisonReport.Document.class),
    SWEEP("sweep", SweepReport.Document.class),
    EVALUATION("reproduce", EvaluationReport.Document.class),
    PLAN("map", PlanReport.Document.class),
    VALIDATION("validate", ValidationReport.Document.class),
    BENCH("bench", BenchReport.Document.class),
    DIFF("diff", DiffReport.Document.class),
    WORKLOAD("export", WorkloadReport.Document.class),
    LIST("list", ListReport.Document.class),
    TRACE("run --trace", Trace.class);

    private static final int VERSION = 1;

    private final String command;
    private final Class<?> document;

    ResultSchema(String command, Class<?> document) {
        this.command = command;
        this.document = document;
    }

    /** As {@code isos schema} calls it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The schema; a new tree each time. */
    public JsonNode schema() {
        ObjectNode schema = DocumentSchema.written(toString(), VERSION, "Result of isos " + command, document);
        if (schema.at("/properties/schemaVersion") instanceof ObjectNode version) {
            version.removeAll().put("const", VERSION);
        }
        return schema;
    }
}
