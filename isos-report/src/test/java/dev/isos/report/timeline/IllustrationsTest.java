package dev.isos.report.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.api.network.Layer;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.wavefront.execution.LayerWavefronts;
import dev.isos.report.html.Html;
import dev.isos.report.page.Section;
import dev.isos.report.timeline.Illustrations.TimelineChoice;
import dev.isos.report.timeline.Illustrations.WavefrontChoice;
import dev.isos.report.timeline.TileSteps.Tile;
import dev.isos.report.timeline.WavefrontFrames.Frame;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.workloads.description.SyntheticWorkload;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class IllustrationsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    private static Document page(Section section) throws Exception {
        String html = Html.text(section.html());
        return xml("<div>" + html.replace(" hidden>", ">").replaceAll("(<input[^>]*)>", "$1/>") + "</div>");
    }

    @Test
    void aTimelineIsDrawnOfTheFirstSegments() throws Exception {
        Platform isos = IsosPlatform.load(Optional.empty());
        Workload workload = RandomWorkloads.corners().get("residual-projected");
        TimelineChoice choice = new TimelineChoice("w", List.of("isosceles", "isosceles-single"), 9);
        TimelineSection section = TimelineSection.of(isos, workload, choice);
        // well-formed, both by itself and on the page
        Document file = xml(section.file());
        String html = Html.text(section.html());
        Document page = page(section);
        int layers = workload.network().size();
        // a group of strokes per run and layer, named by the layer
        List<String> named = IntStream.range(0, file.getElementsByTagName("g").getLength())
                .mapToObj(i ->
                        file.getElementsByTagName("g").item(i).getFirstChild().getTextContent())
                .toList();
        List<String> names = workload.network().layers().subList(0, layers).stream()
                .map(Layer::name)
                .toList();
        assertEquals(2 * layers, named.size());
        assertTrue(named.containsAll(names), named.toString());
        // on the page there is a second picture, nearer
        assertTrue(page.getElementsByTagName("g").getLength() > 2 * layers);
        assertFalse(html.contains("<script") || html.contains("onclick"));
        assertEquals(html, Html.text(TimelineSection.of(isos, workload, choice).html()), "the same every time");
        isos.release(workload);
    }

    @Test
    void tilesDoTheProductsOfTheLayer() {
        for (String corner : List.of("dense", "stem", "strided", "dilated", "padded-wide", "depthwise", "grouped")) {
            Workload workload = RandomWorkloads.corners().get(corner);
            Layer layer = workload.network().layer(0);
            ActivationTensor input = workload.input();
            for (int side : new int[] {1, 3, 8}) {
                List<Tile> tiles = TileSteps.of(layer, input, workload.filters(0), side, side);
                assertEquals(
                        ReferenceExecutor.effectualMacs(layer, input, workload.filters(0)),
                        tiles.stream().mapToLong(Tile::products).sum(),
                        corner);
                assertEquals(
                        layer.outputShape().fibers(),
                        tiles.stream().mapToInt(t -> t.outputs().positions()).sum(),
                        corner);
            }
        }
        // 3x3 windows on 6x5 positions: tiles of 3x3 read up to 5x5, clipped to the map
        Workload dense = RandomWorkloads.corners().get("dense");
        List<Tile> tiles = TileSteps.of(dense.network().layer(0), dense.input(), dense.filters(0), 3, 3);
        assertEquals(new TileSteps.Region(0, 4, 0, 4), tiles.get(0).inputs());
    }

    @Test
    void framesEndWithEverythingReadAndComplete() {
        Workload workload = RandomWorkloads.corners().get("dense");
        Layer layer = workload.network().layer(0);
        LayerWavefronts wavefronts =
                LayerWavefronts.of(layer, workload.parameters().get(0), workload.input(), null);
        List<Tile> tiles = TileSteps.of(layer, workload.input(), workload.filters(0), 3, 3);
        int height = layer.inputShape().height();
        List<Frame> frames = new WavefrontFrames(wavefronts, tiles, 100, height).frames();
        assertEquals(layer.inputShape().width(), frames.size());
        Frame first = frames.get(0);
        assertEquals("0 %", first.numbers().get("isosDone"));
        assertEquals(
                wavefronts.wavefronts().get(0).partials() * 4
                        + IntStream.range(0, height)
                                .map(h -> wavefronts.inputBytes()[h])
                                .sum(),
                first.isosBytes());
        Frame last = frames.get(frames.size() - 1);
        for (String number : List.of("products", "isosRead", "isosDone", "tiledDone")) {
            assertEquals("100 %", last.numbers().get(number), number);
        }
        assertEquals("0 %", last.numbers().get("isosAgain"));
        // every input is not zero here: what tiles read is the area of their inputs
        double all = layer.inputShape().fibers();
        int area = tiles.stream().mapToInt(t -> t.inputs().positions()).sum();
        assertEquals(Math.round(100 * area / all) + " %", last.numbers().get("tiledRead"));
        assertEquals(Math.round(100 * (area - all) / all) + " %", last.numbers().get("tiledAgain"));
        assertEquals(tiles.size(), last.marks().get("tiledDone").size());
    }

    @Test
    void aSectionOfWavefrontsHasAFramePerColumn() throws Exception {
        Workload workload = RandomWorkloads.corners().get("residual-projected");
        Layer layer = workload.network().layers().stream()
                .filter(l -> l.convolution().isPresent() && l.index() > 1)
                .findFirst()
                .orElseThrow();
        WavefrontChoice choice = new WavefrontChoice("w", layer.name(), "tiled-os-recompute");
        WavefrontSection section = WavefrontSection.of(workload, choice).orElseThrow();
        String html = Html.text(section.html());
        Document page = page(section);
        JsonNode data = MAPPER.valueToTree(section.data());
        assertEquals(layer.inputShape().width(), data.size());
        // without JavaScript: the frame in the middle, the same marks and numbers as in the data
        JsonNode key = data.get(data.size() / 2);
        int marked = 0;
        for (int i = 0; i < page.getElementsByTagName("g").getLength(); i++) {
            Element group = (Element) page.getElementsByTagName("g").item(i);
            JsonNode marks = key.get("marks").get(group.getAttribute("data-marks"));
            assertEquals(marks.size(), group.getElementsByTagName("rect").getLength());
            marked++;
        }
        assertEquals(key.get("marks").size(), marked);
        key.get("numbers")
                .properties()
                .forEach(number -> assertTrue(
                        html.contains("data-number=\"" + number.getKey() + "\">"
                                + number.getValue().asText() + "<"),
                        number::toString));
        assertTrue(WavefrontSection.of(workload, new WavefrontChoice("w", "no-such-layer", "tiled-os"))
                .isEmpty());
    }

    @Test
    void namesStayText() throws Exception {
        String hostile = "a</svg><script>&\"'</script>' onload='b";
        NetworkBuilder builder = new NetworkBuilder(hostile, new FeatureMapShape(16, 12, 12));
        int stem = builder.convolution(hostile + 1, Layer.NETWORK_INPUT, 32, 3, 1, 1);
        builder.convolution(hostile + 2, stem, 16, 1, 1, 0);
        Workload workload = SyntheticWorkload.of(builder.build(), 0.5, 0.5, 1);
        Platform isos = IsosPlatform.load(Optional.empty());
        TimelineSection timeline = TimelineSection.of(
                isos, workload, new TimelineChoice("w", List.of("isosceles", "isosceles-single"), 9));
        isos.release(workload);
        WavefrontSection wavefronts = WavefrontSection.of(
                        workload, new WavefrontChoice("w", hostile + 1, "tiled-os-recompute"))
                .orElseThrow();
        for (Document drawing : List.of(xml(timeline.file()), page(timeline), page(wavefronts))) {
            assertTrue(drawing.getDocumentElement().getTextContent().contains(hostile), "shown");
            NodeList elements = drawing.getElementsByTagName("*");
            for (int i = 0; i < elements.getLength(); i++) {
                Element element = (Element) elements.item(i);
                assertFalse(element.getTagName().equals("script") || element.hasAttribute("onload"), "an element");
            }
        }
    }

    @Test
    void whatShipsNamesWhatIsThere() {
        Platform isos = IsosPlatform.load(Optional.empty());
        Illustrations illustrations = Illustrations.builtIn();
        assertTrue(isos.accelerators()
                .keySet()
                .containsAll(illustrations.timeline().accelerators()));
        List<String> ids = isos.workloads().stream().map(w -> w.id()).toList();
        assertTrue(ids.contains(illustrations.timeline().workload()));
        assertTrue(ids.contains(illustrations.wavefronts().workload()));
        assertEquals(
                Drawings.NONE.sections(),
                illustrations.draw(isos, List.of("vgg16-90"), null, id -> id).sections());
    }
}
