package dev.isos.report.network;

import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.report.figure.FigureReport.SourceRun;
import dev.isos.report.page.Section;
import gg.jte.html.HtmlContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The networks of some runs as graphs: nodes are layers, as large and as dark as what they take; enclosures are segments; edges are
 * dotted where activations stay on chip, and as wide as their bytes where they do not.
 */
public final class NetworkSection implements Section {
    private static final String ID = "network";

    /** More layers would be more than a drawing shows, and take long to place. */
    static final int MOST_LAYERS = 1200;

    /** More would make a page of many megabytes, and a list that nobody chooses from. */
    static final int MOST_RUNS = 100;

    private final List<NetworkGraph> drawings;
    private final NetworkData data;

    private NetworkSection(List<NetworkGraph> drawings, NetworkData data) {
        this.drawings = List.copyOf(drawings);
        this.data = data;
    }

    /**
     * The runs of a network.
     *
     * @param drawing position of its drawing; networks that differ in their numbers only have one in common
     */
    record NetworkRuns(int drawing, List<SourceRun> runs) {}

    /**
     * Of the runs that know what their layers read; empty where none does, as those written before results had it, where the network
     * has more layers than a drawing shows, and of more than {@link #MOST_RUNS} runs.
     */
    public static Optional<Section> of(List<SourceRun> runs) {
        Map<List<Object>, List<SourceRun>> byNetwork = new LinkedHashMap<>();
        for (SourceRun run : runs.size() > MOST_RUNS ? List.<SourceRun>of() : runs) {
            List<LayerResult> layers = run.result().layers();
            boolean graph =
                    layers.stream().noneMatch(layer -> layer.inputLayers().isEmpty());
            if (graph && !layers.isEmpty() && layers.size() <= MOST_LAYERS) {
                byNetwork.computeIfAbsent(key(run), key -> new ArrayList<>()).add(run);
            }
        }
        Map<List<Object>, Integer> positions = new LinkedHashMap<>();
        List<NetworkGraph> drawings = new ArrayList<>();
        List<NetworkRuns> networks = new ArrayList<>();
        for (List<SourceRun> group : byNetwork.values()) {
            List<LayerResult> layers = group.get(0).result().layers();
            int drawing = positions.computeIfAbsent(shape(layers), key -> {
                drawings.add(NetworkGraph.of(layers));
                return drawings.size() - 1;
            });
            networks.add(new NetworkRuns(drawing, group));
        }
        return networks.isEmpty()
                ? Optional.empty()
                : Optional.of(new NetworkSection(drawings, NetworkData.of(drawings, networks)));
    }

    /** The same of layers that have the same drawing. */
    private static List<Object> shape(List<LayerResult> layers) {
        List<Object> shape = new ArrayList<>();
        for (LayerResult layer : layers) {
            shape.addAll(List.of(layer.name(), layer.inputLayers(), Optional.ofNullable(layer.residualLayer())));
        }
        return shape;
    }

    /** The same of runs whose layers are the same. */
    private static List<Object> key(SourceRun run) {
        List<Object> key = new ArrayList<>(List.of(run.result().workload()));
        for (LayerResult layer : run.result().layers()) {
            key.add(layer.name());
            key.add(layer.shape());
        }
        return key;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return data.workloads().size() == 1 ? "The network" : "The networks";
    }

    @Override
    public HtmlContent html() {
        return out -> JtenetworkGenerated.render(out, null, drawings, data.workloads());
    }

    @Override
    public String script() {
        return resource("network.js");
    }

    @Override
    public Object data() {
        return data;
    }

    @Override
    public String style() {
        return resource("network.css");
    }

    private static String resource(String name) {
        try (InputStream in = NetworkSection.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
