package dev.isos.core.document;

import dev.isos.api.error.IsosException;
import dev.isos.core.text.Nearest;
import dev.isos.core.text.YamlNode;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents in YAML or JSON into the records that describe them, see {@link dev.isos.core.document}. Components are whole
 * numbers, real numbers, booleans, strings, enums, records, sealed interfaces of records, lists of these, maps of these by string,
 * and {@link YamlNode} for what has a form of its own. Stateless.
 */
public final class DocumentReader {
    private DocumentReader() {}

    /**
     * The record that a text describes.
     *
     * @throws IsosException with place and expectation, when a key is unknown or missing or a value is none of those that the record
     *     allows
     */
    public static <T> T read(YamlNode node, Class<T> type) {
        return type.cast(document(node, type));
    }

    private static Object document(YamlNode node, Class<?> declared) {
        if (node.fields() == null) {
            throw node.mistake("expected keys and values of " + called(declared));
        }
        Class<?> type = declared.isSealed() ? member(node, declared) : declared;
        String what = type.isAnnotationPresent(Called.class) || !declared.isSealed() ? called(type) : called(declared);
        RecordComponent[] components = type.getRecordComponents();
        List<String> keys =
                new ArrayList<>(Arrays.stream(components).map(Components::key).toList());
        Components.family(type).map(Components::discriminator).ifPresent(keys::add);
        node.fields().forEach((key, value) -> {
            if (!keys.contains(key)) {
                throw value.mistake(
                        what + " has the unknown key '" + YamlNode.shown(key) + "'" + Nearest.hint(key, keys));
            }
        });
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            String key = Components.key(components[i]);
            AnnotatedElement rules = components[i].getAccessor();
            Optional<String> otherwise = Components.defaultText(rules);
            YamlNode given = node.fields().get(key);
            if (given == null && otherwise.isPresent()) {
                given = YamlNode.parse("the default of " + key, otherwise.get());
            }
            if (given == null && !isNullable(components[i])) {
                throw node.mistake(what + " has no key '" + key + "'");
            }
            values[i] = given == null ? null : value(key, given, components[i].getAnnotatedType(), rules);
        }
        return made(node, type, components, values);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static String called(Class<?> type) {
        Called called = type.getAnnotation(Called.class);
        return called == null ? "the document" : called.value();
    }

    private static Class<?> member(YamlNode node, Class<?> family) {
        String key = Components.discriminator(family);
        YamlNode named = node.fields().get(key);
        if (named == null) {
            throw node.mistake(called(family) + " has no key '" + key + "'");
        }
        return (Class<?>) oneOf(key, named, Components.members(family));
    }

    private static Object oneOf(String key, YamlNode node, Map<String, ?> known) {
        String name = node.one(key);
        Object found = known.get(name);
        if (found == null) {
            throw node.mistake("key '" + key + "': unknown value '" + YamlNode.shown(name) + "'"
                    + Nearest.hint(name, known.keySet()));
        }
        return found;
    }

    private static Object made(YamlNode node, Class<?> type, RecordComponent[] components, Object[] values) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw node.mistake(refused.getMessage());
            }
            throw new IllegalStateException(type + " fails to be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    /** @param rules what the constraints stand on: the component, or the element of its list */
    private static Object value(String key, YamlNode node, AnnotatedType annotated, AnnotatedElement rules) {
        Class<?> type = annotated.getType() instanceof ParameterizedType generic
                ? (Class<?>) generic.getRawType()
                : (Class<?>) annotated.getType();
        if (type == YamlNode.class) {
            return node;
        }
        if (type == String.class) {
            return text(key, node, rules);
        }
        if (type == int.class || type == Integer.class) {
            return (int) whole(key, node, rules, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class || type == Long.class) {
            return whole(key, node, rules, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class) {
            return real(key, node, rules);
        }
        if (type == boolean.class || type == Boolean.class) {
            return node.flag(key);
        }
        if (type == List.class) {
            return list(
                    key, node, ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[0], rules);
        }
        if (type == Map.class) {
            AnnotatedType element = ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[1];
            Map<String, Object> values = new LinkedHashMap<>();
            node.fields(key).forEach((name, each) -> values.put(name, value(name, each, element, element)));
            return values;
        }
        return type.isEnum() ? oneOf(key, node, Components.constants(type)) : document(node, type);
    }

    private static List<Object> list(String key, YamlNode node, AnnotatedType element, AnnotatedElement rules) {
        if (Components.takesSingleValue(rules) && node.items() == null) {
            if (node.text() == null) {
                throw node.mistake("key '" + key + "': expected a value or a list of values");
            }
            return List.of(value(key, node, element, element));
        }
        List<YamlNode> items = node.items(key);
        Size size = rules.getAnnotation(Size.class);
        if (size != null && (items.size() < size.min() || items.size() > size.max())) {
            throw node.mistake("key '" + key + "' has " + items.size() + " values, expected "
                    + (size.min() == size.max()
                            ? String.valueOf(size.min())
                            : items.size() < size.min() ? size.min() + " or more" : "at most " + size.max()));
        }
        List<Object> values = new ArrayList<>();
        for (YamlNode item : items) {
            values.add(value(key, item, element, element));
        }
        return List.copyOf(values);
    }

    private static String text(String key, YamlNode node, AnnotatedElement rules) {
        String text = node.one(key);
        Size size = rules.getAnnotation(Size.class);
        Pattern pattern = rules.getAnnotation(Pattern.class);
        boolean misfit = size != null && (text.length() < size.min() || text.length() > size.max());
        if (misfit || pattern != null && !text.matches(pattern.regexp())) {
            throw node.mistake("key '" + key + "': expected "
                    + (pattern != null ? pattern.message() : size.min() + " to " + size.max() + " characters")
                    + ", got '"
                    + YamlNode.shown(text) + "'");
        }
        return text;
    }

    private static long whole(String key, YamlNode node, AnnotatedElement rules, long least, long most) {
        Min min = rules.getAnnotation(Min.class);
        Max max = rules.getAnnotation(Max.class);
        return node.whole(key, min == null ? least : min.value(), max == null ? most : max.value());
    }

    private static double real(String key, YamlNode node, AnnotatedElement rules) {
        DecimalMin min = rules.getAnnotation(DecimalMin.class);
        DecimalMax max = rules.getAnnotation(DecimalMax.class);
        double value = node.real(
                key,
                min == null ? Double.NEGATIVE_INFINITY : Double.parseDouble(min.value()),
                max == null ? Double.POSITIVE_INFINITY : Double.parseDouble(max.value()));
        if (min != null && !min.inclusive() && value == Double.parseDouble(min.value())) {
            throw node.mistake(
                    "key '" + key + "': expected a number above " + min.value() + ", got '" + node.text() + "'");
        }
        return value;
    }
}
