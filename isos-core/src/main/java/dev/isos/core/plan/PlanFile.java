package dev.isos.core.plan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.core.bound.Bounds;
import dev.isos.core.text.Nearest;
import dev.isos.support.layers.NetworkUnits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan that somebody has written down: a YAML or JSON list with one list of names per segment, in the order of the network.
 * A name is that of a layer, or of a block: {@code layer1.0} stands for all layers whose names begin with {@code layer1.0.}.
 * Layers that compute nothing of their own, such as concatenations, may be left out and go with the layer before them.
 */
public final class PlanFile implements MappingPolicy {
    private final String name;
    private final List<List<String>> segments;

    private PlanFile(String name, List<List<String>> segments) {
        this.name = name;
        this.segments = segments;
    }

    /**
     * Reads a plan.
     *
     * @throws IsosException when the file cannot be read, is larger than 1 MiB, or is no list of lists of names
     */
    public static PlanFile read(Path file) {
        return parse(file.toString(), Bounds.text("plan file " + file, file, Bounds.SETTINGS_BYTES));
    }

    /**
     * Takes a plan from text.
     *
     * @param name what results call the mapping
     */
    public static PlanFile parse(String name, String text) {
        List<List<String>> segments = new ArrayList<>();
        // not as a tree, which would make 8 of a layer called 010
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw noList(name);
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                segments.add(names(parser, "plan file " + name + ", segment " + (segments.size() + 1)));
            }
            if (segments.isEmpty()) {
                throw noList(name);
            }
            if (parser.nextToken() != null) {
                throw IsosException.badInput("plan file " + name + ", line "
                        + parser.currentTokenLocation().getLineNr() + ": expected the end of the file");
            }
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw IsosException.badInput("plan file " + name + where + ": expected YAML or JSON");
        } catch (IsosException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // the YAML parser lets exceptions of its own pass
            throw IsosException.badInput("plan file " + name + ": expected YAML or JSON");
        }
        return new PlanFile(name, segments);
    }

    private static IsosException noList(String name) {
        return IsosException.badInput(
                "plan file " + name + ": expected a list with one list of layer names per segment");
    }

    private static List<String> names(JsonParser parser, String place) throws IOException {
        List<String> names = new ArrayList<>();
        boolean list = parser.currentToken() == JsonToken.START_ARRAY;
        while (list && parser.nextToken() != JsonToken.END_ARRAY) {
            JsonToken token = parser.currentToken();
            list = token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL;
            names.add(list ? parser.getText() : "");
        }
        if (names.isEmpty() || names.contains("")) {
            throw IsosException.badInput(place + ": expected a list of layer names");
        }
        return names;
    }

    @Override
    public String id() {
        return name;
    }

    @Override
    public String description() {
        return "the cuts of the plan file " + name;
    }

    @Override
    public ExecutionPlan plan(PlanningContext context) {
        Network network = context.workload().network();
        List<List<Integer>> steps = NetworkUnits.steps(network);
        List<Segment> planned = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < segments.size(); i++) {
            String where = "plan file " + name + ", segment " + (i + 1) + ": ";
            List<Integer> layers = new ArrayList<>();
            for (String wanted : segments.get(i)) {
                int before = next;
                while (next < steps.size() && names(network, steps.get(next), wanted)) {
                    layers.addAll(steps.get(next++));
                }
                if (next == before) {
                    throw IsosException.badInput(where + unexpected(network, steps, next, wanted));
                }
            }
            MappingOutcome outcome = context.map(layers);
            if (outcome instanceof PlanRejection rejection) {
                throw IsosException.badInput(where + rejection.reason());
            }
            planned.add((Segment) outcome);
            limits.add("the plan file ends the segment here");
        }
        if (next < steps.size()) {
            throw IsosException.badInput(
                    "plan file " + name + " ends before layer " + computing(network, steps.get(next)));
        }
        return new ExecutionPlan(name, planned, limits);
    }

    /** Whether a step computes a layer of the name, or one of the block of that name. */
    private static boolean names(Network network, List<Integer> step, String wanted) {
        String layer = computing(network, step);
        return layer.equals(wanted) || layer.startsWith(wanted + ".");
    }

    private static String computing(Network network, List<Integer> step) {
        Layer layer = network.layer(NetworkUnits.computing(network, step));
        return layer.name();
    }

    private static String unexpected(Network network, List<List<Integer>> steps, int next, String wanted) {
        boolean known = steps.stream().anyMatch(step -> names(network, step, wanted));
        if (known) {
            return "'" + wanted + "' is out of order, expected "
                    + (next == steps.size() ? "nothing more" : computing(network, steps.get(next)));
        }
        return "no layer or block '" + wanted + "'"
                + Nearest.hint(
                        wanted, network.layers().stream().map(Layer::name).toList());
    }
}
