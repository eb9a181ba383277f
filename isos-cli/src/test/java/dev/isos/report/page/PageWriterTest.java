package dev.isos.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PageWriterTest {
    private static final int MOST_BYTES = 5_000_000;

    private static FigureReport report;
    private static String page;
    /** The page without its scripts and data. */
    private static String markup;

    @BeforeAll
    static void write() {
        report = SampleReport.report();
        page = PageWriter.write(report, Optional.of(SampleReport.opening()), List.of(SampleReport.section()));
        markup = Pattern.compile("<script.*?</script>", Pattern.DOTALL)
                .matcher(page)
                .replaceAll("");
    }

    private static List<MatchResult> all(String pattern) {
        return Pattern.compile(pattern).matcher(markup).results().toList();
    }

    @Test
    void isSmallAndTheSameEachTime() {
        assertTrue(page.length() < MOST_BYTES / 2, "of a small report: " + page.length());
        String again = PageWriter.write(
                SampleReport.report(12.5), Optional.of(SampleReport.opening()), List.of(SampleReport.section()));
        assertEquals(page, again, "the time of the host is not on the page");
    }

    @Test
    void namesFromFilesStayText() {
        assertFalse(page.contains(SampleReport.NASTY));
        assertFalse(page.contains("window.broken=1</script>"));
        assertEquals(List.of(), all("<img").stream().map(MatchResult::group).toList());
        assertEquals(
                List.of(),
                all("<[^>]* on\\w+\\s*=").stream().map(MatchResult::group).toList());
        assertTrue(markup.contains("<li>a&lt;/script&gt;&lt;script&gt;window.broken=1&lt;/script&gt;"), "as text");
    }

    @Test
    void dataAndScriptsStayInTheirElements() {
        assertEquals("\"\\u003C/script\\u003E\\u003C!--\\u0026\"", Resources.json("</script><!--&"));
        assertThrows(IllegalArgumentException.class, () -> PageWriter.checked("let a = '</SCRIPT>';"));
        assertThrows(IllegalArgumentException.class, () -> PageWriter.checked("a <!--b"));
        assertEquals("a < b", PageWriter.checked("a < b"));
    }

    @Test
    void everythingPointedToIsThere() {
        List<String> ids = all(" id=\"([^\"]*)\"").stream().map(m -> m.group(1)).toList();
        ids = java.util.stream.Stream.concat(
                        ids.stream(),
                        Pattern.compile("<script type=\"application/json\" id=\"([^\"]*)\"")
                                .matcher(page)
                                .results()
                                .map(m -> m.group(1)))
                .toList();
        assertEquals(ids.size(), new TreeSet<>(ids).size(), "an id stands twice");
        for (String attribute : List.of("href=\"#", "aria-labelledby=\"", "aria-describedby=\"")) {
            for (MatchResult m : all(attribute + "([^\"]*)\"")) {
                assertTrue(ids.contains(m.group(1)), m.group());
            }
        }
        assertEquals(
                List.of(),
                all("(src|href)=\"(?!#)[^\"]*\"").stream()
                        .map(MatchResult::group)
                        .toList());
    }

    @Test
    void everyRowOfAFigureLeadsToItsRuns() {
        Document document = Jsoup.parse(page);
        for (var figure : report.figures()) {
            for (FigureTable table : figure.tables()) {
                Elements rows = document.select("#table-" + table.id() + " tbody tr");
                // Means first, as the reader sees them.
                List<FigureRow> all = new ArrayList<>(RunLinks.means(table));
                all.addAll(RunLinks.single(table));
                assertEquals(table.rows().size(), all.size());
                assertEquals(all.size(), rows.size());
                for (int i = 0; i < rows.size(); i++) {
                    List<Integer> runs = all.get(i).runs();
                    List<String> targets = rows.get(i).select("td.from a").eachAttr("href");
                    assertEquals(
                            runs.size() > RunLinks.MOST_ONE_BY_ONE
                                    ? List.of("#runs")
                                    : runs.stream()
                                            .map(run -> "#run-" + (run + 1))
                                            .toList(),
                            targets);
                    assertEquals(
                            runs.size() > 1
                                    ? runs.stream().map(r -> "" + (r + 1)).collect(Collectors.joining(" "))
                                    : "",
                            rows.get(i).attr("data-runs"));
                }
            }
        }
    }

    @Test
    void meansStandOnTopOfEveryTable() {
        Document document = Jsoup.parse(page);
        assertEquals(3, document.select("#table-speed tbody.means tr").size());
        assertEquals(
                "geometric mean",
                document.select("#table-speed tbody tr th").get(0).text());
        assertEquals(0, document.select("#table-paper tbody.means").size());
    }

    @Test
    void thePolicyAllowsTheScriptsOfThePageAlone() {
        String policy = all("Content-Security-Policy\" content=\"([^\"]*)\"")
                .get(0)
                .group(1)
                .replace("&#39;", "'");
        assertTrue(policy.startsWith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"), policy);
        assertEquals(2, policy.split("sha256-", -1).length - 1); // the library when it is wanted, the page's own
        assertFalse(policy.contains("http") || policy.contains("unsafe-eval") || policy.contains("*"), policy);
    }

    @Test
    void theOpeningComesFirstAndTheRestIsClosed() {
        Document document = Jsoup.parse(page);
        assertEquals("2.00×", document.select(".keys .ours").text());
        assertEquals("paper 4.00× −50 %", document.select(".keys .paper").text());
        assertEquals("#paper", document.select(".verdict a").attr("href"));
        assertEquals(0, document.select("details[open].section").size());
        Document plain = Jsoup.parse(PageWriter.write(report, Optional.empty(), List.of()));
        assertEquals(0, plain.select(".keys, .panels").size());
        assertEquals(
                plain.select("details.section").size(),
                plain.select("details[open].section").size());
    }

    @Test
    void equalColumnsOfRunsAreStoredOnce() {
        RunTables tables = RunTables.of(report.runs());
        List<Integer> first = tables.runs().get(0).get("layers");
        List<Integer> second = tables.runs().get(1).get("layers");
        assertEquals(first.get(0), second.get(0), "names of layers");
        assertFalse(first.get(8).equals(second.get(8)), "cycles differ");
        assertEquals(
                report.runs().get(1).result().layers().get(3).cycles(),
                tables.arrays().get(second.get(8)).get(3));
        assertEquals(12.35, tables.arrays().get(first.get(3)).get(0));
        assertTrue(new TreeSet<>(first).size() < first.size(), "columns of one table that are equal");
    }
}
