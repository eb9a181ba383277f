package dev.isos.cli.command;

import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.Preprocessing.ChannelOrder;
import dev.isos.cli.input.Preset;
import dev.isos.core.text.Nearest;
import dev.isos.report.text.Format;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Turns words of the command line into values and says what was expected. These are classes and not lambdas because
 * picocli's interfaces have the class file format of Java 5, and JDK 17 crashes when it archives classes at exit
 * ({@code -XX:ArchiveClassesAtExit}) among which is a lambda of such an interface.
 */
final class Converters {
    private Converters() {}

    static void register(CommandLine line) {
        line.registerConverter(Long.class, new WholeNumber());
        line.registerConverter(Long.TYPE, new WholeNumber());
        line.registerConverter(Integer.class, new Int());
        line.registerConverter(Integer.TYPE, new Int());
        line.registerConverter(Percent.class, new Percentage());
        register(line, Format.class);
        register(line, Preset.class);
        register(line, ChannelOrder.class);
        register(line, ListCommand.Kind.class);
        register(line, SchemaCommand.Kind.class);
        register(line, ReproduceCommand.Selection.class);
    }

    private static <E extends Enum<E>> void register(CommandLine line, Class<E> type) {
        line.registerConverter(type, new OneOf<>(type));
    }

    private static long whole(String text, long least, long most) {
        try {
            return Quantity.whole(text, least, most);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static final class WholeNumber implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
        }
    }

    private static final class Int implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
    }

    private static final class Percentage implements ITypeConverter<Percent> {
        @Override
        public Percent convert(String text) {
            try {
                return Percent.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private record OneOf<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {
        @Override
        public E convert(String text) {
            List<String> names = new ArrayList<>();
            for (E value : type.getEnumConstants()) {
                if (value.toString().equalsIgnoreCase(text)) {
                    return value;
                }
                names.add(value.toString());
            }
            String near = Nearest.to(text, names)
                    .map(n -> "; did you mean '" + n + "'?")
                    .orElse("");
            throw new TypeConversionException(
                    "expected one of " + String.join(", ", names) + ", got '" + text + "'" + near);
        }
    }
}
