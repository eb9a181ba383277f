package dev.isos.workloads.sparsity;

import dev.isos.workloads.csv.CsvRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tables that ship with this module: comma-separated, one header line, comments start with {@code #}. */
public final class CsvResource {
    private CsvResource() {}

    /** The cells of a table beside a class, header first. */
    public static List<List<String>> read(Class<?> beside, String name) {
        return CsvRow.rows(name, text(beside, name)).stream().map(CsvRow::cells).toList();
    }

    /** The whole text of a file beside a class, with line ends as {@code \n}. */
    public static String text(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing in the module");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
