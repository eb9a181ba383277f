package dev.isos.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.api.result.RunResult;
import dev.isos.report.Report;
import dev.isos.report.console.PlainText;
import dev.isos.report.figure.Chart;
import dev.isos.report.figure.Figure;
import dev.isos.report.figure.FigureColumn;
import dev.isos.report.figure.FigureReport;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.figure.FigureRow;
import dev.isos.report.figure.FigureTable;
import dev.isos.study.compare.Comparison;
import gg.jte.html.HtmlContent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/** Pages whose every string tries to leave its place, read as a browser reads them: none becomes an element or an attribute. */
class HostileReportTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Members of a result whose keys are names. */
    private static final Set<String> MAPS = Set.of("changes", "versions");

    private static final String HARMLESS = "harmless";

    private static final List<String> PIECES = List.of(
            "<script>alert(1)</script>",
            "</script>",
            "</title>",
            "</style>",
            "</svg>",
            "</table>",
            "<!--",
            "-->",
            "]]>",
            "<img src=x onerror=alert(1)>",
            "\" onload=\"alert(1)",
            "' onload='alert(1)",
            "javascript:alert(1)",
            "&lt;",
            "&#34;",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "`",
            "=",
            "/",
            "\\",
            "${1}",
            "\u2028",
            "\u0000",
            "\u202e",
            "\n",
            "name");

    /** Makes each string another: what is equal stays so, and what is not does not become so. */
    private static UnaryOperator<String> made(String beginning) {
        Map<String, String> names = new HashMap<>();
        return name -> names.computeIfAbsent(name, n -> beginning + "-" + names.size());
    }

    @Test
    void stringsOfAReportStayText() {
        List<String> harmless = elements(page(HARMLESS));
        Random random = new Random(1);
        for (int i = 0; i < 30; i++) {
            staysText(
                    random.ints(1 + random.nextInt(8), 0, PIECES.size())
                            .mapToObj(PIECES::get)
                            .collect(Collectors.joining()),
                    harmless);
        }
    }

    private static void staysText(String hostile, List<String> harmless) {
        Document page = page(hostile);
        assertEquals(harmless, elements(page));
        String shown = PlainText.lines(hostile);
        for (String place : List.of(
                "title",
                "h1",
                ".figure .inside > p",
                "h2",
                "h3",
                "h3.workload",
                "th",
                "td",
                ".remarks li",
                ".what",
                ".sentence",
                ".why",
                ".verdict",
                ".panel h2",
                ".picture",
                ".caption",
                "code",
                "dd",
                "summary")) {
            assertTrue(
                    page.select(place).stream()
                            .anyMatch(element -> element.wholeText().contains(shown)),
                    place + " has no " + shown);
        }
        for (String attribute : List.of("id", "aria-label", "aria-labelledby", "data-chart", "href")) {
            assertTrue(
                    page.getElementsByAttribute(attribute).stream()
                            .anyMatch(element -> element.attr(attribute).contains(shown)),
                    attribute);
        }
    }

    @Test
    void stringsOfAComparisonAndOfItsPicturesStayText() {
        String hostile = String.join("", PIECES);
        Document page = comparison(hostile);
        Document other = comparison(HARMLESS);
        assertEquals(elements(without(other)), elements(without(page)));
        // how many labels of a picture have room, and whether they are turned, depends on their length
        Set<String> names = names(page);
        names.removeAll(names(other));
        assertEquals(Set.of(), names, "elements and attributes of pictures");
        assertEquals(0, page.select("img, [onload], [onerror]").size());
    }

    private static Set<String> names(Document page) {
        return elements(page).stream()
                .flatMap(element -> Stream.of(element.split(" ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Document without(Document page) {
        Document copy = page.clone();
        return copy;
    }

    private static Document comparison(String beginning) {
        List<RunResult> runs = runs(made(beginning));
        String reference = runs.get(0).accelerator().name();
        return Jsoup.parse(Report.html(Comparison.of(runs, List.of(reference))));
    }

    private static Document page(String beginning) {
        UnaryOperator<String> made = made(beginning);
        ObjectNode option = JsonNodeFactory.instance.objectNode().put(made.apply("key"), made.apply("value"));
        Chart chart =
                new Chart(made.apply("chart"), made.apply("chart title"), made.apply("what it shows"), 100, option);
        FigureTable table = new FigureTable(
                made.apply("table"),
                made.apply("table title"),
                List.of(
                        FigureColumn.words(made.apply("path"), made.apply("header")),
                        FigureColumn.number("paper", made.apply("published"), 1),
                        FigureColumn.number("ours", made.apply("computed"), 1),
                        FigureColumn.words(FigureColumn.REASON, made.apply("why"))),
                List.of(
                        new FigureRow(List.of(made.apply("metric"), 1.5, 2.5, made.apply("reason")), List.of(0, 1)),
                        new FigureRow(List.of(made.apply("other"), 1.5, made.apply("none"), ""), List.of())));
        Figure figure = new Figure(
                made.apply("figure"),
                made.apply("title"),
                made.apply("summary"),
                List.of(chart),
                List.of(table),
                List.of(made.apply("remark")));
        List<SourceRun> sources = runs(made).stream()
                .map(run -> new SourceRun(run, made.apply("command")))
                .toList();
        FigureReport report = new FigureReport(made.apply("report"), made.apply("all"), List.of(figure), sources);
        return Jsoup.parse(PageWriter.write(report, Optional.of(opening(made)), List.of(section(made))));
    }

    private static Opening opening(UnaryOperator<String> made) {
        return new Opening(
                made.apply("sentence"),
                List.of(new Opening.KeyNumber(
                        made.apply("what"),
                        made.apply("ours"),
                        made.apply("paper"),
                        made.apply("difference"),
                        made.apply("also"),
                        made.apply("why"),
                        List.of(0, 1))),
                made.apply("verdict"),
                made.apply("figure"),
                List.of(new Opening.Panel(
                        made.apply("panel"),
                        made.apply("point"),
                        out -> out.writeUserContent(made.apply("picture")),
                        made.apply("caption"))),
                List.of(new Opening.Chapter(made.apply("chapter"), List.of(made.apply("figure")))));
    }

    private static Section section(UnaryOperator<String> made) {
        return new Section() {
            @Override
            public String id() {
                return made.apply("section");
            }

            @Override
            public String title() {
                return made.apply("section title");
            }

            @Override
            public HtmlContent html() {
                return out -> out.writeUserContent(made.apply("section text"));
            }

            @Override
            public String script() {
                return "root.dataset.run = 1;";
            }

            @Override
            public Object data() {
                return Map.of(made.apply("section key"), made.apply("section value"));
            }
        };
    }

    /** The runs of the sample with all strings made others, keys of maps among them. */
    private static List<RunResult> runs(UnaryOperator<String> made) {
        return SampleReport.report().runs().stream()
                .map(source -> MAPPER.valueToTree(source.result()))
                .map(run -> MAPPER.convertValue(replaced((JsonNode) run, made), RunResult.class))
                .toList();
    }

    private static JsonNode replaced(JsonNode node, UnaryOperator<String> made) {
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(made.apply(node.asText()));
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(replaced(element, made)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        node.properties().forEach(property -> {
            JsonNode value = replaced(property.getValue(), made);
            object.set(property.getKey(), MAPS.contains(property.getKey()) ? renamed(value, made) : value);
        });
        return object;
    }

    private static JsonNode renamed(JsonNode map, UnaryOperator<String> made) {
        ObjectNode renamed = JsonNodeFactory.instance.objectNode();
        map.properties().forEach(pair -> renamed.set(made.apply(pair.getKey()), pair.getValue()));
        return renamed;
    }

    /** Every element with the names of its attributes, in order. */
    private static List<String> elements(Document page) {
        return page.getAllElements().stream()
                .map(element -> Stream.concat(
                                Stream.of(element.tagName()),
                                element.attributes().asList().stream()
                                        .map(Attribute::getKey)
                                        .sorted())
                        .collect(Collectors.joining(" ")))
                .toList();
    }
}
