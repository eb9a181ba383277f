package dev.isos.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureTable;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FigureHtmlTest {
    private static Chart chart(String id) {
        return new Chart(id, id, id, 100, JsonNodeFactory.instance.objectNode());
    }

    private static FigureTable table(String id) {
        return new FigureTable(id, id, List.of(), List.of());
    }

    @Test
    void chartsLeadToTheTableWithTheirNumbers() {
        StringBuilder out = new StringBuilder();
        new FigureHtml(Map.of())
                .figure(
                        out,
                        new Figure(
                                "f",
                                "f",
                                "f",
                                List.of(
                                        chart("a-b-speed"),
                                        chart("a-b-traffic"),
                                        chart("a-c-speed"),
                                        chart("other"),
                                        chart("a-c")),
                                List.of(table("a-b"), table("a-c"), table("a")),
                                List.of()));
        assertEquals(
                List.of("a-b", "a-b", "a-c", "a", "a-c"),
                Pattern.compile("href=\"#table-([^\"]*)\"")
                        .matcher(out)
                        .results()
                        .map((MatchResult m) -> m.group(1))
                        .toList());
    }
}
