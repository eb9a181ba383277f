package dev.isos.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureTable;
import dev.isos.report.html.Html;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChartDataTest {
    private static Chart chart(String id) {
        return new Chart(id, id, id, 100, JsonNodeFactory.instance.objectNode());
    }

    private static FigureTable table(String id) {
        return new FigureTable(id, id, List.of(), List.of());
    }

    @Test
    void chartsLeadToTheTableWithTheirNumbers() {
        Figure figure = new Figure(
                "f",
                "f",
                "f",
                List.of(chart("a-b-speed"), chart("a-b-traffic"), chart("a-c-speed"), chart("other"), chart("a-c")),
                List.of(table("a-b"), table("a-c"), table("a")),
                List.of());
        assertEquals(
                List.of("a-b", "a-b", "a-c", "a", "a-c"),
                figure.charts().stream()
                        .map(chart -> ChartData.table(figure, chart).id())
                        .toList());
        String html = Html.text(out -> JtefigureGenerated.render(out, null, figure, true));
        assertEquals(2, html.split("href=\"#table-a-b\"", -1).length - 1, html);
    }
}
