package dev.isos.support.layers;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The natural pieces of a network, in topological order. Stateless, for any number of threads. */
public final class NetworkUnits {
    private NetworkUnits() {}

    /**
     * Groups of layers that cannot be separated: a layer that computes, with the concatenations (which only name its
     * output and others' as one tensor) that follow it.
     *
     * @param network any network
     * @return indices of the layers of each step; together every layer once, in order
     */
    public static List<List<Integer>> steps(Network network) {
        List<List<Integer>> steps = new ArrayList<>();
        List<Integer> current = new ArrayList<>();
        boolean computes = false;
        for (Layer layer : network.layers()) {
            boolean concatenation = layer.op() instanceof LayerOp.Concatenation;
            if (!concatenation && computes) {
                steps.add(List.copyOf(current));
                current.clear();
                computes = false;
            }
            current.add(layer.index());
            computes |= !concatenation;
        }
        steps.add(List.copyOf(current));
        return steps;
    }

    /**
     * The layer of a step that computes; the first one where none does.
     *
     * @param network that the step is of
     * @param step as {@link #steps} gives it
     * @return index of the layer
     */
    public static int computing(Network network, List<Integer> step) {
        for (int layer : step) {
            if (!(network.layer(layer).op() instanceof LayerOp.Concatenation)) {
                return layer;
            }
        }
        return step.get(0);
    }

    /**
     * Steps joined into blocks: a new block starts wherever a single tensor connects what comes before to what comes after.
     * So a residual block or an inception module is one block and a plain layer is a block of one step.
     *
     * @param network any network
     * @return steps of each block; together every step once, in order
     */
    public static List<List<List<Integer>>> blocks(Network network) {
        List<List<Integer>> steps = steps(network);
        int[] lastReader = lastReaders(network);
        List<List<List<Integer>>> blocks = new ArrayList<>();
        List<List<Integer>> current = new ArrayList<>();
        for (List<Integer> step : steps) {
            current.add(step);
            if (tensorsAcross(network, step.get(step.size() - 1), lastReader) <= 1) {
                blocks.add(List.copyOf(current));
                current.clear();
            }
        }
        if (!current.isEmpty()) {
            blocks.add(List.copyOf(current));
        }
        return blocks;
    }

    /**
     * Blocks cut wherever no tensor of the block crosses: the branches of an inception module, which share nothing but their
     * input, are units of their own; a residual block, whose branches meet in an addition, is one.
     *
     * @param network any network
     * @return steps of each unit; together every step once, in order
     */
    public static List<List<List<Integer>>> units(Network network) {
        List<List<List<Integer>>> units = new ArrayList<>();
        for (List<List<Integer>> block : blocks(network)) {
            List<Integer> layers = block.stream().flatMap(List::stream).toList();
            List<List<Integer>> unit = new ArrayList<>();
            for (List<Integer> step : block) {
                if (!unit.isEmpty() && !crossed(network, layers, step.get(0))) {
                    units.add(List.copyOf(unit));
                    unit.clear();
                }
                unit.add(step);
            }
            units.add(List.copyOf(unit));
        }
        return units;
    }

    /**
     * Whether layers exchange tensors at every place where they could be cut.
     *
     * @param network that the layers are of
     * @param layers indices, ascending
     * @return true also of a single layer
     */
    public static boolean connected(Network network, List<Integer> layers) {
        boolean computes = false;
        for (int layer : layers) {
            boolean concatenation = network.layer(layer).op() instanceof LayerOp.Concatenation;
            if (computes && !concatenation && !crossed(network, layers, layer)) {
                return false;
            }
            computes |= !concatenation;
        }
        return true;
    }

    /** Whether one of the layers from {@code boundary} on reads what one before it makes. */
    private static boolean crossed(Network network, List<Integer> layers, int boundary) {
        for (int index : layers) {
            Layer layer = network.layer(index);
            if (index < boundary || layer.op() instanceof LayerOp.Concatenation) {
                continue;
            }
            for (int operand : layer.operands()) {
                for (int part : network.materialisedParts(operand)) {
                    if (part < boundary && layers.contains(part)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** The last layer that reads each tensor, by {@link Network#slot(int)}, or -1. */
    private static int[] lastReaders(Network network) {
        int[] last = new int[network.tensors()];
        Arrays.fill(last, -1);
        for (Layer layer : network.layers()) {
            for (int operand : layer.operands()) {
                last[network.slot(operand)] = layer.index();
            }
        }
        return last;
    }

    private static int tensorsAcross(Network network, int boundary, int[] lastReader) {
        int tensors = 0;
        for (int slot = 0; slot <= boundary + 1; slot++) {
            tensors += lastReader[slot] > boundary ? 1 : 0;
        }
        // a further input connects only the layers that read it
        for (int slot = network.size() + 1; slot < network.tensors(); slot++) {
            int tensor = network.tensorAt(slot);
            boolean readBefore = network.layers().subList(0, boundary + 1).stream()
                    .anyMatch(layer -> layer.operands().contains(tensor));
            tensors += readBefore && lastReader[slot] > boundary ? 1 : 0;
        }
        return tensors;
    }
}
