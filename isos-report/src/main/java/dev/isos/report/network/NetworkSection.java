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

    private final List<NetworkView> networks;

    private NetworkSection(List<NetworkView> networks) {
        this.networks = List.copyOf(networks);
    }

    /** A network and its runs. */
    record NetworkView(NetworkGraph graph, NetworkData data) {}

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
        List<NetworkView> networks = new ArrayList<>();
        for (List<SourceRun> group : byNetwork.values()) {
            NetworkGraph graph = NetworkGraph.of(group.get(0).result().layers());
            networks.add(new NetworkView(graph, NetworkData.of(graph, group)));
        }
        return networks.isEmpty() ? Optional.empty() : Optional.of(new NetworkSection(networks));
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
        return networks.size() == 1 ? "The network" : "The networks";
    }

    @Override
    public HtmlContent html() {
        return out -> JtenetworkGenerated.render(out, null, networks);
    }

    @Override
    public String script() {
        return resource("network.js");
    }

    @Override
    public Object data() {
        return networks.stream().map(NetworkView::data).toList();
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
