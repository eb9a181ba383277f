package dev.isos.core.plan;

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
import dev.isos.core.text.YamlNode;
import dev.isos.support.layers.NetworkUnits;
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
        YamlNode root = YamlNode.parse("plan file " + name, text);
        if (root.items() == null || root.items().isEmpty()) {
            throw root.mistake("expected a list with one list of layer names per segment");
        }
        return new PlanFile(name, root.items().stream().map(PlanFile::names).toList());
    }

    private static List<String> names(YamlNode segment) {
        List<YamlNode> items = segment.items();
        if (items == null
                || items.isEmpty()
                || items.stream()
                        .anyMatch(item -> item.text() == null || item.text().isEmpty())) {
            throw segment.mistake("expected a list of layer names");
        }
        return items.stream().map(YamlNode::text).toList();
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
