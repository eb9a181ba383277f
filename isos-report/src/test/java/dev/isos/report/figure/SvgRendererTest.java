package dev.isos.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.isos.report.figure.Charts.Cloud;
import dev.isos.report.figure.Charts.Point;
import dev.isos.report.figure.Charts.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SvgRendererTest {
    private static final List<String> CATEGORIES = List.of("one & a half", "two");

    private static SvgRenderer renderer;

    @BeforeAll
    static void load() {
        renderer = new SvgRenderer();
    }

    @AfterAll
    static void close() {
        renderer.close();
    }

    private static Chart chart(String id, ObjectNode option) {
        return new Chart(id, "Bars <of> a & b", "What \"bars\" show.", 300, option);
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static long marks(Document svg, String colour) {
        NodeList paths = svg.getElementsByTagName("path");
        long marks = 0;
        for (int i = 0; i < paths.getLength(); i++) {
            Element path = (Element) paths.item(i);
            marks += path.getAttribute("fill").equals(colour)
                            || path.getAttribute("stroke").equals(colour)
                    ? 1
                    : 0;
        }
        return marks;
    }

    @Test
    void aTitleStandsAboveTheChartInEverySize() throws Exception {
        ObjectNode option =
                Charts.bars(CATEGORIES, "times", List.of(new Series("a", "#0072b2", null, List.of(1.0, 2.0))));
        for (Plot.Medium medium : Plot.Medium.values()) {
            Chart chart = chart("titled", option);
            NodeList texts =
                    parse(renderer.render(chart, medium.size(chart), true)).getElementsByTagName("text");
            List<Element> titles = IntStream.range(0, texts.getLength())
                    .mapToObj(i -> (Element) texts.item(i))
                    .filter(text -> text.getTextContent().equals(chart.title()))
                    .toList();
            assertEquals(1, titles.size());
            String y = titles.get(0).getAttribute("y");
            double down = (y.isEmpty() ? 0 : Double.parseDouble(y))
                    + Double.parseDouble(titles.get(0).getAttribute("transform").replaceAll(".* |\\)", ""));
            assertTrue(down > 5 && down < 40, medium + ": " + down);
        }
    }

    @Test
    void barsAreDrawnInTheirColoursAndTheFileSaysWhatItShows() throws Exception {
        ObjectNode option = Charts.bars(
                CATEGORIES,
                "times",
                List.of(
                        new Series("a", "#0072b2", null, List.of(1.0, 2.0)),
                        new Series("b", "#d55e00", null, Arrays.asList(3.0, null))));
        String svg = renderer.render(chart("bars", option));
        Document document = parse(svg);
        assertEquals(
                "Bars <of> a & b",
                document.getElementsByTagName("title").item(0).getTextContent());
        assertEquals(
                "What \"bars\" show.",
                document.getElementsByTagName("desc").item(0).getTextContent());
        // A mark per value and one in the legend.
        assertEquals(2 + 1, marks(document, "#0072b2"));
        assertEquals(1 + 1, marks(document, "#d55e00"));
        assertTrue(svg.contains("one &amp; a half"), svg);
        assertFalse(svg.contains("style") || svg.contains("class=") || svg.contains("dominant-baseline"), svg);
    }

    @Test
    void aChartHasTheSameBytesWhateverWasDrawnBefore() {
        Chart piles = chart(
                "piles",
                Charts.bars(
                        CATEGORIES,
                        "percent",
                        List.of(
                                new Series("a", "#0072b2", "s", List.of(40.0, 60.0)),
                                new Series("b", "#d55e00", "s", List.of(60.0, 40.0)))));
        Chart lines = chart(
                "lines",
                Charts.lines(CATEGORIES, "x", "y", List.of(new Series("a", "#0072b2", null, List.of(1.0, 2.0)))));
        Chart roof = chart(
                "roof",
                Charts.roofline(
                        "x",
                        "y",
                        List.of(new Cloud("a", "#0072b2", "rect", List.of(new Point(3, 40, "p")))),
                        "roof",
                        List.of(new Point(1, 10, ""), new Point(10, 100, ""), new Point(100, 100, ""))));
        Chart dots = chart(
                "dots",
                Charts.dots(
                        CATEGORIES,
                        "y",
                        List.of(new Series("a", "#0072b2", null, List.of(10.0, 200.0))),
                        64,
                        "balance"));
        List<String> first =
                List.of(renderer.render(piles), renderer.render(lines), renderer.render(roof), renderer.render(dots));
        List<String> again =
                List.of(renderer.render(piles), renderer.render(lines), renderer.render(roof), renderer.render(dots));
        assertEquals(first, again);
        String folder = System.getProperty("isos.svg");
        if (folder != null) {
            for (int i = 0; i < first.size(); i++) {
                try {
                    Files.writeString(Path.of(folder, i + ".svg"), first.get(i));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
    }
}
