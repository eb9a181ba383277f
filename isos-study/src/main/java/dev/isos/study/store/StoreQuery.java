package dev.isos.study.store;

import dev.isos.api.error.IsosException;
import dev.isos.core.file.IoReason;
import dev.isos.core.file.Unfinished;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The points of a store as a table {@code points} in DuckDB, in memory, where that is on the class path. It is called by JDBC and
 * reflection: a library of 80 MB that only queries need is then not part of a build. A query sees that table and nothing else: neither
 * other files nor the network. For one thread.
 */
public final class StoreQuery implements AutoCloseable {
    private static final String ARTIFACT = "org.duckdb:duckdb_jdbc";
    private static final String DRIVER = "org.duckdb.DuckDBDriver";
    private static final String QUERY = "query: ";

    /** By the ending of a file, what COPY calls its format. */
    private static final Map<String, String> FORMATS = Map.of(".csv", "CSV, HEADER", ".parquet", "PARQUET");

    /** What a query may take beside the JVM's heap; one that needs more ends in a sentence. */
    private static final String MEMORY = "3 GiB";

    /** Values of a result that is held in memory, at most: some 500 MB. */
    private static final int MOST_VALUES = 5_000_000;

    private final Connection connection;

    private StoreQuery(Connection connection) {
        this.connection = connection;
    }

    /**
     * Answers a query.
     *
     * @param store a store, which may be written at the same time
     * @param sql one SELECT or other statement with a result
     * @param warnings gets a sentence where rows are left out
     * @throws IsosException saying what is wrong with store or query, or that DuckDB is missing
     */
    public static QueryResult run(Path store, String sql, Consumer<String> warnings) {
        try (StoreQuery query = open(store, null, warnings)) {
            return query.answer(sql);
        }
    }

    /**
     * Writes what a query gives to a file, which appears whole or not at all.
     *
     * @param store a store, which may be written at the same time
     * @param sql one SELECT
     * @param file ends in {@code .csv} or {@code .parquet}; replaced
     * @param warnings gets a sentence where rows are left out
     * @throws IsosException saying what is wrong with store, query or file, or that DuckDB is missing
     */
    public static void export(Path store, String sql, Path file, Consumer<String> warnings) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String format = FORMATS.entrySet().stream()
                .filter(each -> name.endsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> IsosException.badInput(
                        "cannot export to " + file + ": expected a name that ends in .csv or .parquet"));
        Path absolute = file.toAbsolutePath();
        try (Unfinished unfinished = Unfinished.of(absolute.getParent(), String.valueOf(absolute.getFileName()));
                StoreQuery query = open(store, unfinished.path(), warnings)) {
            query.check(sql);
            query.copy(sql, unfinished.path(), format);
            Unfinished.unlessEnding(() -> Files.move(unfinished.path(), absolute, StandardCopyOption.REPLACE_EXISTING));
        } catch (IOException e) {
            throw IsosException.badInput("cannot write " + file + ": " + IoReason.of(e));
        }
    }

    /** @param output the only file that may be written; null for none */
    private static StoreQuery open(Path store, @Nullable Path output, Consumer<String> warnings) {
        try {
            Class.forName(DRIVER);
        } catch (ClassNotFoundException e) {
            throw IsosException.badInput("a query needs DuckDB (" + ARTIFACT
                    + ") on the class path; the launcher in the source tree fetches it");
        }
        boolean ready = false;
        StoreQuery query = null;
        try (SweepStore.Snapshot rows = SweepStore.Snapshot.of(store)) {
            if (rows.damaged() > 0) {
                warnings.accept("store " + store + ": damaged rows are left out: " + rows.damaged());
            }
            // rows as they are asked for: a result may be larger than memory
            Properties settings = new Properties();
            settings.setProperty("jdbc_stream_results", "true");
            query = new StoreQuery(DriverManager.getConnection("jdbc:duckdb:", settings));
            query.load(rows);
            query.lock(output);
            ready = true;
            return query;
        } catch (SQLException e) {
            throw failed(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("DuckDB on the class path is of another version", e);
        } finally {
            if (!ready && query != null) {
                query.close();
            }
        }
    }

    private void load(SweepStore.Snapshot rows) throws SQLException, ReflectiveOperationException {
        List<PointColumn> columns = PointColumn.of(rows);
        execute("CREATE TABLE points (" + PointColumn.declarations(columns) + ")");
        try {
            Object appender = connection
                    .getClass()
                    .getMethod("createAppender", String.class)
                    .invoke(connection, "points");
            append(rows, columns, appender);
            appender.getClass().getMethod("close").invoke(appender);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void append(SweepStore.Snapshot rows, List<PointColumn> columns, Object appender)
            throws ReflectiveOperationException {
        Class<?> type = appender.getClass();
        Method begin = type.getMethod("beginRow");
        Method end = type.getMethod("endRow");
        Map<String, Method> append = Map.of(
                "VARCHAR", type.getMethod("append", String.class),
                "BIGINT", type.getMethod("append", Long.class),
                "DOUBLE", type.getMethod("append", Double.class),
                "BOOLEAN", type.getMethod("append", Boolean.class));
        // reflection in a lambda: the failure is passed on by hand
        List<ReflectiveOperationException> failure = new ArrayList<>();
        rows.rows(row -> {
            if (failure.isEmpty()) {
                try {
                    begin.invoke(appender);
                    for (PointColumn column : columns) {
                        append.get(column.type())
                                .invoke(appender, column.value().apply(row));
                    }
                    end.invoke(appender);
                } catch (ReflectiveOperationException e) {
                    failure.add(e);
                }
            }
        });
        if (!failure.isEmpty()) {
            throw failure.get(0);
        }
    }

    /** From here on the table is all there is. */
    private void lock(@Nullable Path output) throws SQLException {
        execute("SET memory_limit = '" + MEMORY + "'"); // by default it would be most of the computer's
        execute("SET temp_directory = ''");
        execute("SET autoinstall_known_extensions = false");
        execute("SET autoload_known_extensions = false");
        if (output != null) {
            execute("SET allowed_paths = [" + quoted(output) + "]");
        }
        execute("SET enable_external_access = false");
        execute("SET lock_configuration = true");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }

    /** Says what is wrong with a query in its own words. */
    private void check(String sql) {
        try (Statement statement = connection.createStatement()) {
            begin(statement, sql);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static void begin(Statement statement, String sql) throws SQLException {
        if (!statement.execute(sql)) {
            throw IsosException.badInput(QUERY + "expected a SELECT or another statement with a result");
        }
    }

    private QueryResult answer(String sql) {
        try (Statement statement = connection.createStatement()) {
            begin(statement, sql);
            try (ResultSet result = statement.getResultSet()) {
                ResultSetMetaData meta = result.getMetaData();
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= meta.getColumnCount(); i++) {
                    columns.add(meta.getColumnLabel(i));
                }
                List<List<Object>> rows = new ArrayList<>();
                while (result.next()) {
                    if ((rows.size() + 1L) * columns.size() > MOST_VALUES) {
                        throw IsosException.badInput(QUERY + "expected a result of at most "
                                + MOST_VALUES / columns.size()
                                + " rows; add a LIMIT, or write them to a file");
                    }
                    Object[] row = new Object[columns.size()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = plain(result.getObject(i + 1));
                    }
                    rows.add(Collections.unmodifiableList(Arrays.asList(row)));
                }
                return new QueryResult(columns, rows);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Values of DuckDB's own types as lists and texts. */
    private static Object plain(Object value) throws SQLException {
        if (value instanceof Array array) {
            return plainAll((Object[]) array.getArray());
        }
        if (value instanceof Struct struct) {
            return plainAll(struct.getAttributes());
        }
        if (value instanceof Double number && !Double.isFinite(number)) {
            return number.toString(); // JSON has no such numbers
        }
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }

    private static List<Object> plainAll(Object[] values) throws SQLException {
        List<Object> all = new ArrayList<>();
        for (Object each : Arrays.asList(values)) {
            all.add(plain(each));
        }
        return Collections.unmodifiableList(all);
    }

    private void copy(String sql, Path output, String format) {
        String query = sql.strip();
        while (query.endsWith(";")) {
            query = query.substring(0, query.length() - 1).strip();
        }
        try {
            execute("COPY (" + query + "\n) TO " + quoted(output) + " (FORMAT " + format + ")");
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The message of DuckDB without the picture of the place. */
    private static IsosException failed(SQLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left on device")) {
            return IsosException.badInput("cannot write the output of the query: the disk is full");
        }
        if (message.contains("Out of Memory Error") || message.contains("Invalid result set")) {
            // the latter is all that DuckDB says of a result that broke off while it was read
            return IsosException.badInput(QUERY + "its result broke off; expected one that needs at most " + MEMORY
                    + " of memory to be made");
        }
        int picture = message.indexOf("\n\nLINE ");
        return IsosException.badInput(
                QUERY + (picture < 0 ? message : message.substring(0, picture)).replaceAll("\\s*\\R\\s*", " "));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // all of it was in memory
        }
    }
}
