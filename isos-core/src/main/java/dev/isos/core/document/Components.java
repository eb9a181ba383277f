package dev.isos.core.document;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the annotations of records say, for the reader and for the schema. */
final class Components {
    private Components() {}

    static String key(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }

    /** The default of a component, as a document would have it. */
    static Optional<String> defaultText(AnnotatedElement component) {
        JsonProperty property = component.getAnnotation(JsonProperty.class);
        return Optional.ofNullable(property).map(JsonProperty::defaultValue).filter(text -> !text.isEmpty());
    }

    static boolean isNullable(@Nullable Field field) {
        return field != null && field.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    static boolean takesSingleValue(AnnotatedElement component) {
        JsonFormat format = component.getAnnotation(JsonFormat.class);
        return format != null
                && Boolean.TRUE.equals(
                        JsonFormat.Value.from(format).getFeature(JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY));
    }

    /** Whether a text may be written as a number. */
    static boolean takesNumbers(AnnotatedElement component) {
        JsonFormat format = component.getAnnotation(JsonFormat.class);
        return format != null && format.shape() == JsonFormat.Shape.SCALAR;
    }

    /** The sealed interface that a record belongs to, if a key of the document names the record. */
    static Optional<Class<?>> family(Class<?> type) {
        for (Class<?> parent : type.getInterfaces()) {
            if (parent.isSealed()) {
                return parent.isAnnotationPresent(JsonTypeInfo.class) ? Optional.of(parent) : family(parent);
            }
        }
        return Optional.empty();
    }

    /** The key that names the record. */
    static String discriminator(Class<?> family) {
        return family.getAnnotation(JsonTypeInfo.class).property();
    }

    /** The records of a sealed interface by the names that documents give them. */
    static Map<String, Class<?>> members(Class<?> family) {
        Map<String, Class<?>> members = new LinkedHashMap<>();
        for (Class<?> member : records(family).toList()) {
            members.put(member.getAnnotation(JsonTypeName.class).value(), member);
        }
        return members;
    }

    /** The records of a sealed interface, also of those sealed interfaces within. */
    static Stream<Class<?>> records(Class<?> family) {
        return Stream.of(family.getPermittedSubclasses())
                .flatMap(type -> type.isSealed() ? records(type) : Stream.of(type));
    }

    /** The constants of an enum by the names that documents give them. */
    static Map<String, Object> constants(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(name(type, (Enum<?>) constant), constant);
        }
        return constants;
    }

    private static String name(Class<?> type, Enum<?> constant) {
        try {
            JsonProperty named = type.getField(constant.name()).getAnnotation(JsonProperty.class);
            return named == null ? constant.toString() : named.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("an enum has a field for each constant", e);
        }
    }
}
