package dev.isos.api.law;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Causality of the items of one segment, whatever the machine: what a computation needs is loaded or computed by items that it
 * waits for, directly or through others; and a write waits for its computation. The computations of
 * a layer at one place count as following each other: what the first of them has waited for is there for the next. Every computation
 * with products waits for weights, and of a dataflow that multiplies non-zeros alone for every input; else some computation of each
 * layer does.
 */
final class WorkOrder {
    private final String where;
    private final Network network;
    private final Segment segment;
    private final PhaseKind[] kinds;
    private final int products;
    private final boolean effectualOnly;

    // one bit per fact: weights of a layer of the segment have arrived, a tensor is on chip at least in part
    private final int[] weightsBit;
    private final int[] tensorBit;

    /** By layer and input: bits of the tensors that hold the input. */
    private final int[][][] partBits;

    private final int words;

    // facts that hold once an item has ended: words per item
    private long[] facts;
    private int items;

    // last computation at each place, or -1, and its layer
    private int[] lastAtPlace = new int[0];
    private int[] layerAtPlace = new int[0];

    /** Whether the last computation at a place has all that its layer needs, so that those that follow it there have it too. */
    private boolean[] fedAtPlace = new boolean[0];

    /** By layer and input: some computation that multiplies has waited for a part of it, or has not. */
    private final boolean[][] fed;

    private final boolean[][] starved;

    /** Facts that some item has made true: what nobody loads or computes, since it is all zero, need not be waited for. */
    private final boolean[] made;

    // by layer: it has filters; some computation that multiplies has not waited for weights; some write has for a
    // computation; there is
    // a write
    private final boolean[] hasFilters;
    private final boolean[] weightless;
    private final boolean[] computed;
    private final boolean[] writes;

    /**
     * @param effectualOnly whether the dataflow multiplies non-zeros alone
     * @param before of a segment that has ended, whose memory this one takes over; null for the first
     */
    WorkOrder(
            String where,
            Network network,
            Segment segment,
            WorkSchema schema,
            boolean effectualOnly,
            @Nullable WorkOrder before) {
        facts = before == null ? new long[1024] : before.facts;
        Arrays.fill(facts, 0, before == null ? 0 : before.items * before.words, 0);
        this.effectualOnly = effectualOnly;
        this.where = where;
        this.network = network;
        this.segment = segment;
        this.kinds = schema.phases().stream().map(Phase::kind).toArray(PhaseKind[]::new);
        this.products = schema.offset(WorkMetric.PRODUCTS.id());
        weightsBit = new int[network.size()];
        Arrays.fill(weightsBit, -1);
        hasFilters = new boolean[network.size()];
        weightless = new boolean[network.size()];
        starved = new boolean[network.size()][];
        fed = new boolean[network.size()][];
        computed = new boolean[network.size()];
        writes = new boolean[network.size()];
        tensorBit = new int[network.tensors()];
        Arrays.fill(tensorBit, -1);
        int bits = 0;
        for (int index : segment.layers()) {
            weightsBit[index] = bits++;
            hasFilters[index] = network.layer(index).convolution().isPresent();
            tensorBit[network.slot(index)] = bits++;
            starved[index] = new boolean[network.layer(index).inputs().size()];
            fed[index] = new boolean[starved[index].length];
            for (int operand : network.layer(index).operands()) {
                for (int part : network.materialisedParts(operand)) {
                    if (tensorBit[network.slot(part)] < 0 && !segment.contains(part)) {
                        tensorBit[network.slot(part)] = bits++;
                    }
                }
            }
        }
        partBits = new int[network.size()][][];
        for (int index : segment.layers()) {
            partBits[index] = network.layer(index).inputs().stream()
                    .map(input -> network.materialisedParts(input).stream()
                            .mapToInt(part -> tensorBit[network.slot(part)])
                            .toArray())
                    .toArray(int[][]::new);
        }
        words = (bits + Long.SIZE - 1) / Long.SIZE;
        made = new boolean[bits];
    }

    /** Takes the next item. It belongs to a layer of the segment and waits for earlier items only. */
    void accept(WorkItem item) {
        if ((items + 1) * words > facts.length) {
            int room = items < item.expectedItems() ? item.expectedItems() : 2 * (items + 1);
            facts = Arrays.copyOf(facts, room * words);
        }
        int at = items * words;
        int[] waits = item.waitsFor();
        for (int i = 0; i < item.waitCount(); i++) {
            for (int word = 0; word < words; word++) {
                facts[at + word] |= facts[waits[i] * words + word];
            }
        }
        PhaseKind kind = kinds[item.phase()];
        if (kind == PhaseKind.COMPUTE) {
            follow(item.layer(), item.place(), at);
        }
        if (kind == PhaseKind.READ) {
            arrived(item, at);
        } else if (kind == PhaseKind.WRITE) {
            if (item.offChipBytes() > 0 && inSegment(item.tensor())) {
                writes[item.tensor()] = true;
                computed[item.tensor()] |= holds(at, tensorBit[network.slot(item.tensor())]);
            }
        } else if (!fedAtPlace[item.place()]) {
            fedAtPlace[item.place()] = computes(item, at);
        }
        items++;
    }

    private boolean inSegment(int tensor) {
        return !Layer.isNetworkInput(tensor) && weightsBit[tensor] >= 0;
    }

    private void follow(int layer, int place, int at) {
        if (place >= lastAtPlace.length) {
            int known = lastAtPlace.length;
            lastAtPlace = Arrays.copyOf(lastAtPlace, 2 * place + 64);
            layerAtPlace = Arrays.copyOf(layerAtPlace, lastAtPlace.length);
            fedAtPlace = Arrays.copyOf(fedAtPlace, lastAtPlace.length);
            Arrays.fill(lastAtPlace, known, lastAtPlace.length, -1);
        }
        int last = layerAtPlace[place] == layer ? lastAtPlace[place] : -1;
        for (int word = 0; last >= 0 && word < words; word++) {
            facts[at + word] |= facts[last * words + word];
        }
        fedAtPlace[place] &= last >= 0;
        lastAtPlace[place] = items;
        layerAtPlace[place] = layer;
    }

    private void arrived(WorkItem item, int at) {
        if (item.role() == TensorRole.WEIGHTS) {
            if (inSegment(item.tensor())) {
                set(at, weightsBit[item.tensor()]);
            }
        } else if (item.role() != TensorRole.OUTPUTS && tensorBit[network.slot(item.tensor())] >= 0) {
            set(at, tensorBit[network.slot(item.tensor())]);
        }
    }

    /** Gives whether it multiplies and has all that its layer needs. */
    private boolean computes(WorkItem item, int at) {
        int l = item.layer();
        boolean fedAll = item.counts()[products] > 0;
        if (fedAll) {
            boolean lacksWeights = hasFilters[l] && !holds(at, weightsBit[l]);
            weightless[l] |= lacksWeights;
            fedAll = !lacksWeights;
            for (int i = 0; i < starved[l].length; i++) {
                boolean partly = false;
                for (int bit : partBits[l][i]) {
                    partly |= holds(at, bit);
                }
                starved[l][i] |= !partly;
                fed[l][i] |= partly;
                fedAll &= partly;
            }
        }
        set(at, tensorBit[network.slot(l)]);
        return fedAll;
    }

    /** All items of the segment have been taken. */
    void end() {
        for (int layer : segment.layers()) {
            String name = network.layer(layer).name();
            if (weightless[layer] && made[weightsBit[layer]]) {
                throw RunLaws.broken(where, "computes " + name + " without waiting for its weights");
            }
            for (int i = 0; i < starved[layer].length; i++) {
                boolean there = false;
                for (int bit : partBits[layer][i]) {
                    there |= made[bit];
                }
                // zeros of padding, which dense products multiply too, come from nowhere
                if (there && (effectualOnly ? starved[layer][i] : !fed[layer][i] && starved[layer][i])) {
                    throw RunLaws.broken(where, "computes " + name + " without waiting for its input");
                }
            }
            // by layer: outputs that no product reaches are known without one, and partial sums stream off chip as they
            // come
            if (writes[layer] && made[tensorBit[network.slot(layer)]] && !computed[layer]) {
                throw RunLaws.broken(where, "writes the output of " + name + " without waiting for its computation");
            }
        }
    }

    private boolean holds(int at, int bit) {
        return (facts[at + bit / Long.SIZE] >>> bit % Long.SIZE & 1) != 0;
    }

    private void set(int at, int bit) {
        facts[at + bit / Long.SIZE] |= 1L << bit % Long.SIZE;
        made[bit] = true;
    }
}
