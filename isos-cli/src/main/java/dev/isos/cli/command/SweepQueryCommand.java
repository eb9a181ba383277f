package dev.isos.cli.command;

import dev.isos.report.text.Format;
import dev.isos.report.text.QueryReport;
import dev.isos.study.store.StoreQuery;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isos sweep query}. */
@Command(
        name = "query",
        description = "Answers a query in SQL about the points in the store of a sweep, finished or under way.")
final class SweepQueryCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "STORE", description = "Folder that a sweep keeps its points in.")
    private Path store;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SQL",
            defaultValue = "SELECT * FROM points",
            description = "Query of DuckDB about the table 'points'; 'describe points' lists its columns"
                    + " (default: all points).")
    private String sql;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "How results are written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Writes the result there instead, as its name ends: .csv or .parquet.")
    private Path output;

    SweepQueryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (output != null) {
            StoreQuery.export(store, sql, output, session.console()::warning);
            return 0;
        }
        CommonOptions.print(session, format, new QueryReport(StoreQuery.run(store, sql, session.console()::warning)));
        return 0;
    }
}
