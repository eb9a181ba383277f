package dev.isos.core.plan;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.support.layers.NetworkUnits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a network may be cut: sets of layers with all that they read, so that the others can follow. Each topological order of the
 * layers is a chain of them. A concatenation computes nothing and goes with the last layer that it waits for.
 */
final class Downsets {
    /** Beyond that, a network is cut in its own order only: the time of planning grows with the square. */
    static final int MOST = 1000;

    /** Fewest layers first; of as many, those that come first in the network first. The first set is empty, the last one full. */
    private final List<BitSet> sets;

    private final boolean ownOrder;

    private Downsets(List<BitSet> sets, boolean ownOrder) {
        this.sets = sets;
        this.ownOrder = ownOrder;
    }

    static Downsets of(Network network) {
        List<BitSet> sets = all(network);
        boolean ownOrder = sets == null;
        if (ownOrder) {
            sets = new ArrayList<>(List.of(new BitSet()));
            for (List<Integer> step : NetworkUnits.steps(network)) {
                BitSet next = (BitSet) sets.get(sets.size() - 1).clone();
                step.forEach(next::set);
                sets.add(next);
            }
        }
        sets.sort(Comparator.comparingInt(BitSet::cardinality).thenComparing(Downsets::compare));
        return new Downsets(sets, ownOrder);
    }

    /** Null if there are too many. */
    private static List<BitSet> all(Network network) {
        List<BitSet> found = new ArrayList<>(List.of(new BitSet()));
        Map<BitSet, Boolean> known = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            boolean computes = false;
            for (Layer layer : network.layers()) {
                if (layer.op() instanceof Concatenation
                        || found.get(i).get(layer.index())
                        || !ready(network, layer, closed(network, found.get(i)))) {
                    continue;
                }
                computes = true;
                BitSet next = (BitSet) found.get(i).clone();
                next.set(layer.index());
                next = closed(network, next);
                if (known.put(next, true) == null) {
                    found.add(next);
                }
            }
            if (i == 0 && !computes) {
                found.add(closed(network, new BitSet()));
                break;
            }
            if (found.size() > MOST) {
                return null;
            }
        }
        return found;
    }

    /** With all concatenations of what is there. */
    private static BitSet closed(Network network, BitSet set) {
        BitSet closed = (BitSet) set.clone();
        for (Layer layer : network.layers()) {
            if (layer.op() instanceof Concatenation && ready(network, layer, closed)) {
                closed.set(layer.index());
            }
        }
        return closed;
    }

    /** Whether all operands of a layer are among some layers, which are topologically closed. */
    private static boolean ready(Network network, Layer layer, BitSet among) {
        return layer.operands().stream().allMatch(operand -> Layer.isNetworkInput(operand) || among.get(operand));
    }

    /** The set comes first that has the first layer that the other one lacks. */
    private static int compare(BitSet a, BitSet b) {
        BitSet different = (BitSet) a.clone();
        different.xor(b);
        if (different.isEmpty()) {
            return 0;
        }
        return a.get(different.nextSetBit(0)) ? -1 : 1;
    }

    /** Whether there are too many, so that these are of the network's own order alone. */
    boolean ownOrder() {
        return ownOrder;
    }

    int count() {
        return sets.size();
    }

    /** Layers in one set and not in another, ascending; empty unless the other one lies within it and is smaller. */
    List<Integer> between(int within, int set) {
        BitSet missing = (BitSet) sets.get(within).clone();
        missing.andNot(sets.get(set));
        if (!missing.isEmpty()) {
            return List.of();
        }
        BitSet more = (BitSet) sets.get(set).clone();
        more.andNot(sets.get(within));
        return more.stream().boxed().toList();
    }
}
