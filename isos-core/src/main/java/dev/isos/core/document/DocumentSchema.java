package dev.isos.core.document;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.github.therapi.runtimejavadoc.ClassJavadoc;
import com.github.therapi.runtimejavadoc.CommentFormatter;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinition.AttributeInclusion;
import com.github.victools.jsonschema.generator.CustomPropertyDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.MethodScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.TypeScope;
import com.github.victools.jsonschema.generator.impl.DefinitionKey;
import com.github.victools.jsonschema.generator.naming.DefaultSchemaDefinitionNamingStrategy;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;
import dev.isos.core.text.YamlNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JSON Schemas (draft 2020-12) of documents, made from the records that are written, or that {@link DocumentReader} reads, so that a
 * schema cannot say anything else. What a key means is the Javadoc of the record. Stateless.
 */
public final class DocumentSchema {
    /**
     * Of whole numbers of written documents that are not counts; effectual MACs are -1 where nobody counted them, operands of inputs
     * negative.
     */
    private static final Map<String, BigDecimal> SMALLEST = Map.of(
            "seed", BigDecimal.valueOf(Long.MIN_VALUE),
            "effectual", BigDecimal.ONE.negate(),
            "inputLayers", BigDecimal.valueOf(Integer.MIN_VALUE),
            "residualLayer", BigDecimal.valueOf(Integer.MIN_VALUE),
            "difference", BigDecimal.valueOf(Long.MIN_VALUE));

    /** Name of the definition of values of a form of their own. */
    private static final String FREE = "values";

    private static final Set<Class<?>> WHOLE = Set.of(int.class, long.class, Integer.class, Long.class);

    private DocumentSchema() {}

    /**
     * The schema of what is written: a key is there always, unless its component leaves out null ({@code @JsonInclude(NON_NULL)});
     * one that may be null says so. Whole numbers are counts, 0 at least, but for seeds.
     *
     * @param name as {@code isos schema} calls it
     * @param version of its form
     * @return a new tree each time
     */
    public static ObjectNode written(String name, int version, String title, Class<?> document) {
        SchemaGeneratorConfigBuilder config = common();
        config.forFields()
                .withNullableCheck(
                        field -> Components.isNullable(field.getRawMember()) && !leavesOutNull(field.getRawMember()))
                .withRequiredCheck(field -> !leavesOutNull(field.getRawMember()))
                .withNumberInclusiveMinimumResolver(DocumentSchema::count);
        config.forMethods()
                .withPropertyNameOverrideResolver(method -> method.getDeclaredName())
                .withRequiredCheck(method -> true)
                .withNumberInclusiveMinimumResolver(DocumentSchema::count);
        return generate(config, name, version, title, document);
    }

    /**
     * The schema of what {@link DocumentReader} reads: a key may be left out if its component has a default or is
     * {@code @Nullable}.
     *
     * @param name as {@code isos schema} calls it
     * @param version of its form
     * @return a new tree each time
     */
    public static ObjectNode read(String name, int version, String title, Class<?> document) {
        SchemaGeneratorConfigBuilder config = common();
        config.forFields()
                .withNullableCheck(field -> false)
                .withRequiredCheck(field -> !Components.isNullable(field.getRawMember()) && defaultOf(field) == null)
                .withDefaultResolver(DocumentSchema::defaultOf);
        return generate(config, name, version, title, document);
    }

    private static SchemaGeneratorConfigBuilder common() {
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
                        JacksonOption.SKIP_SUBTYPE_LOOKUP,
                        JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE,
                        JacksonOption.FLATTENED_ENUMS_FROM_JSONPROPERTY))
                .with(new JakartaValidationModule(JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS));
        config.forTypesInGeneral()
                .withPropertySorter((one, other) -> 0) // as the records have them
                .withSubtypeResolver(
                        (declared, context) -> declared.getErasedType().isSealed()
                                ? Components.records(declared.getErasedType())
                                        .map(type -> context.getTypeContext().resolve(type))
                                        .toList()
                                : null)
                .withTypeAttributeOverride((node, scope, context) -> discriminate(node, scope))
                .withCustomDefinitionProvider(DocumentSchema::free)
                .withDefinitionNamingStrategy(new DefaultSchemaDefinitionNamingStrategy() {
                    @Override
                    public String getDefinitionNameForKey(DefinitionKey key, SchemaGenerationContext context) {
                        return isFree(key.getType()) ? FREE : super.getDefinitionNameForKey(key, context);
                    }
                });
        config.forMethods().withIgnoreCheck(DocumentSchema::isAccessor);
        config.forFields()
                .withDescriptionResolver(DocumentSchema::description)
                .withCustomDefinitionProvider(DocumentSchema::oneOrMore);
        return config;
    }

    private static ObjectNode generate(
            SchemaGeneratorConfigBuilder config, String name, int version, String title, Class<?> document) {
        ObjectNode generated = new SchemaGenerator(config.build()).generateSchema(document);
        ObjectNode schema = generated.objectNode();
        schema.put("$schema", SchemaVersion.DRAFT_2020_12.getIdentifier())
                .put("$id", "urn:isos:schema:" + name + ":" + version)
                .put("title", title);
        schema.setAll(generated);
        return schema;
    }

    /** Whether a method is that of a component, which is described as a field already. */
    private static boolean isAccessor(MethodScope method) {
        Class<?> type = method.getRawMember().getDeclaringClass();
        return type.isRecord()
                && Stream.of(type.getRecordComponents())
                        .anyMatch(component -> component.getAccessor().equals(method.getRawMember()));
    }

    private static boolean leavesOutNull(@Nullable Field field) {
        if (field == null) {
            return false;
        }
        JsonInclude included = field.getAnnotation(JsonInclude.class);
        return included != null && included.value() == JsonInclude.Include.NON_NULL;
    }

    private static @Nullable BigDecimal count(MemberScope<?, ?> member) {
        boolean whole = WHOLE.contains(member.getType().getErasedType());
        return whole ? SMALLEST.getOrDefault(member.getName(), BigDecimal.ZERO) : null;
    }

    private static @Nullable JsonNode defaultOf(FieldScope field) {
        if (field.isFakeContainerItemScope()) {
            return null;
        }
        return Components.defaultText(field.getRawMember())
                .map(text -> {
                    try {
                        return new YAMLMapper().readTree(text);
                    } catch (IOException e) {
                        throw new UncheckedIOException("the default of " + field.getName() + " is no YAML", e);
                    }
                })
                .orElse(null);
    }

    /** The key that tells the records of a sealed interface apart, first of all keys. */
    private static void discriminate(ObjectNode node, TypeScope scope) {
        Class<?> type = scope.getType().getErasedType();
        Components.family(type).ifPresent(family -> {
            ObjectNode properties = node.objectNode();
            String key = Components.discriminator(family);
            properties
                    .putObject(key)
                    .put("const", type.getAnnotation(JsonTypeName.class).value());
            if (node.get("properties") instanceof ObjectNode others) {
                properties.setAll(others);
            }
            node.set("properties", properties);
            ArrayNode required = node.arrayNode().add(key);
            if (node.has("required")) {
                node.get("required").forEach(required::add);
            }
            node.set("required", required);
        });
    }

    /** What has a form of its own: values, lists of values, and such by further keys. */
    private static @Nullable CustomDefinition free(ResolvedType type, SchemaGenerationContext context) {
        if (!isFree(type)) {
            return null;
        }
        ObjectNode node = context.getGeneratorConfig().createObjectNode();
        ArrayNode alternatives = node.putArray("anyOf");
        scalar(alternatives.addObject());
        ObjectNode list = alternatives.addObject().put("type", "array").put("minItems", 1);
        scalar(list.putObject("items"));
        alternatives
                .addObject()
                .put("type", "object")
                .putObject("additionalProperties")
                .put("$ref", "#/$defs/" + FREE);
        return new CustomDefinition(node, CustomDefinition.DefinitionType.ALWAYS_REF, AttributeInclusion.NO);
    }

    private static boolean isFree(ResolvedType type) {
        return type.getErasedType() == YamlNode.class;
    }

    private static void scalar(ObjectNode node) {
        node.putArray("type").add("string").add("number").add("boolean");
    }

    private static @Nullable CustomPropertyDefinition oneOrMore(FieldScope field, SchemaGenerationContext context) {
        if (field.isFakeContainerItemScope() || !Components.takesSingleValue(field.getRawMember())) {
            return null;
        }
        ObjectNode node = context.getGeneratorConfig().createObjectNode();
        ArrayNode alternatives = node.putArray("anyOf");
        alternatives.add(item(field, context));
        alternatives.addObject().put("type", "array").set("items", item(field, context));
        return new CustomPropertyDefinition(node, AttributeInclusion.YES);
    }

    private static ObjectNode item(FieldScope field, SchemaGenerationContext context) {
        ObjectNode item = context.createStandardDefinitionReference(field.asFakeContainerItemScope(), null);
        if (!Components.takesNumbers(field.getRawMember())) {
            return item;
        }
        ObjectNode either = context.getGeneratorConfig().createObjectNode();
        either.putArray("anyOf").add(item).addObject().put("type", "integer");
        return either;
    }

    private static @Nullable String description(FieldScope field) {
        if (field.isFakeContainerItemScope()) {
            return null;
        }
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
