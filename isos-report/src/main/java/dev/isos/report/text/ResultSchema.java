package dev.isos.report.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.therapi.runtimejavadoc.ClassJavadoc;
import com.github.therapi.runtimejavadoc.CommentFormatter;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import dev.isos.api.result.RunResult;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON documents that commands print, and their JSON Schemas (draft 2020-12): made from the records that are written, so that
 * a schema cannot say anything else. A key is there always; one that may be null says so. Whole numbers are counts, 0 at least,
 * but for seeds. What a key means is the Javadoc of the record.
 */
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
    LIST("list", ListReport.Document.class);

    private static final int VERSION = 1;

    /** Of whole numbers that are not counts; effectual MACs are -1 where nobody counted them, operands of inputs negative. */
    private static final Map<String, BigDecimal> SMALLEST = Map.of(
            "seed", BigDecimal.valueOf(Long.MIN_VALUE),
            "effectual", BigDecimal.ONE.negate(),
            "inputLayers", BigDecimal.valueOf(Integer.MIN_VALUE),
            "residualLayer", BigDecimal.valueOf(Integer.MIN_VALUE),
            "difference", BigDecimal.valueOf(Long.MIN_VALUE));

    private static final Set<Class<?>> WHOLE = Set.of(int.class, long.class, Integer.class, Long.class);

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
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(
                        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                        Option.NONSTATIC_NONVOID_NONGETTER_METHODS,
                        Option.FIELDS_DERIVED_FROM_ARGUMENTFREE_METHODS)
                .without(Option.SCHEMA_VERSION_INDICATOR)
                .with(new JacksonModule(
                        JacksonOption.INCLUDE_ONLY_JSONPROPERTY_ANNOTATED_METHODS,
                        JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE,
                        JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY));
        config.forTypesInGeneral().withPropertySorter((one, other) -> 0); // as the records have them
        config.forFields()
                .withNullableCheck(field -> nullable(field.getRawMember()))
                .withRequiredCheck(field -> true)
                .withNumberInclusiveMinimumResolver(ResultSchema::minimum)
                .withDescriptionResolver(ResultSchema::description);
        config.forMethods()
                .withPropertyNameOverrideResolver(method -> method.getDeclaredName())
                .withRequiredCheck(method -> true)
                .withNumberInclusiveMinimumResolver(ResultSchema::minimum);
        ObjectNode generated = new SchemaGenerator(config.build()).generateSchema(document);
        ObjectNode schema = generated.objectNode();
        schema.put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier())
                .put("$id", "urn:isos:schema:" + this + ":" + VERSION)
                .put("title", "Result of isos " + command);
        schema.setAll(generated);
        ((ObjectNode) schema.at("/properties/schemaVersion")).removeAll().put("const", VERSION);
        return schema;
    }

    private static boolean nullable(@Nullable Field field) {
        return field != null && field.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static @Nullable BigDecimal minimum(MemberScope<?, ?> member) {
        boolean whole = WHOLE.contains(member.getType().getErasedType());
        return whole ? SMALLEST.getOrDefault(member.getName(), BigDecimal.ZERO) : null;
    }

    private static @Nullable String description(FieldScope field) {
        ClassJavadoc javadoc = RuntimeJavadoc.getJavadoc(field.getRawMember().getDeclaringClass());
        return javadoc.getRecordComponents().stream()
                .filter(component -> component.getName().equals(field.getDeclaredName()))
                .map(component ->
                        new CommentFormatter().format(component.getComment()).replaceAll("\\s+", " "))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse(null);
    }
}
