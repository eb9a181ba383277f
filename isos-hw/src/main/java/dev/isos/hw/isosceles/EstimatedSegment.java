package dev.isos.hw.isosceles;

import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate.LayerEstimate;
import dev.isos.api.plan.StorageDemand;
import dev.isos.core.dataflow.isos.ExpectedLayer;
import dev.isos.core.dataflow.isos.ExpectedSegment;
import dev.isos.core.dataflow.isos.LaneBinding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a segment is expected to take of each resource, whatever ran before it, when lanes are a given way apart. */
final class EstimatedSegment {
    final ExpectedSegment expected;
    final LayerCycles[] layers;
    final LaneLoads fronts;
    final LaneLoads merges;
    final LaneLoads posts;

    /** Work of the busiest unit. */
    final double busiest;

    final double portBytes;

    /** Cycles for which a front end waits at the filter port, beside those in which its filters are delivered. */
    final double portWaiting;

    /** Cycles that queues allow at least. */
    final double loops;

    /** What the last column takes from the first layer to the last. */
    final double drain;

    final long bytes;
    final long weightBytes;

    /** Weights that the segment before may load. */
    final long prefetchable;

    /** Space in the filter buffer for the next segment's weights when all of this one's have arrived. */
    final long filterBytesFree;

    private final IsoscelesModel model;

    /**
     * @param drift how far lanes are apart; null for not at all
     * @param cycles what the segment is taken to last
     */
    EstimatedSegment(
            IsoscelesModel model,
            Segment segment,
            ExpectedSegment expected,
            LayerCycles[] layers,
            LaneDrift drift,
            double cycles) {
        this.model = model;
        this.expected = expected;
        this.layers = layers;
        int count = layers.length;
        fronts = new LaneLoads(count, model.lanes);
        merges = new LaneLoads(count, model.lanes);
        posts = new LaneLoads(count, model.lanes);
        double asked = 0;
        double fetches = 0;
        double steps = 0;
        long moved = 0;
        long weights = 0;
        int mostTiles = 1;
        for (int i = 0; i < count; i++) {
            LayerCycles layer = layers[i];
            LaneBinding binding = expected.binding(i);
            if (layer.tasks > 0) {
                FilterContention.Requests requests =
                        drift == null ? new FilterContention(model).together(layer) : drift.requests(i);
                fronts.add(i, layer.frontWith(requests.delivery()), layer.layer.kSplit(), binding);
                asked += requests.bytes();
                fetches += requests.fetches();
                steps += layer.steps;
            }
            merges.add(i, layer.merge, layer.layer.outputSplit(), binding);
            posts.add(i, layer.post, layer.layer.outputSplit(), binding);
            weights += layer.layer.weightBytes();
            moved += layer.layer.weightBytes()
                    + expected.inputBytes(i)
                    + expected.residualBytes(i)
                    + expected.outputBytes(i);
            mostTiles = Math.max(mostTiles, layer.layer.kTiles());
        }
        busiest = Math.max(fronts.most(), Math.max(merges.most(), posts.most()));
        portBytes = asked;
        portWaiting = fetches == 0 ? 0 : portWaiting(fetches, steps);
        loops = new QueueLoops(model, expected, layers, fronts, merges, posts, cycles).longest();
        drain = drain();
        bytes = moved;
        weightBytes = weights;
        prefetchable = mostTiles == 1 ? weightBytes : 2 * weightBytes / mostTiles;
        filterBytesFree = freeFilterBytes(segment, mostTiles);
    }

    /** The groups of lanes that fetch together are the customers of the port. */
    private double portWaiting(double fetches, double steps) {
        double service = portCycles() / fetches;
        double alone = Math.max(0, fronts.most() / steps - service);
        return steps * FilterContention.waiting(alone, service, fetches / steps);
    }

    private double drain() {
        double[] finish = new double[layers.length];
        double last = 0;
        for (int i = 0; i < layers.length; i++) {
            double before = 0;
            for (int j = 0; j < i; j++) {
                before = expected.reads(i, j) ? Math.max(before, finish[j]) : before;
            }
            finish[i] = before + layers[i].frontColumn + layers[i].backColumn;
            last = Math.max(last, finish[i]);
        }
        return last;
    }

    private long freeFilterBytes(Segment segment, int kTiles) {
        long demand = segment.storage().stream()
                .filter(s -> s.resource().equals(IsoscelesModel.FILTER_BUFFER))
                .mapToLong(StorageDemand::demandBytes)
                .sum();
        // of a layer in K-tiles two are on chip, but during the last one no other
        long free = model.filterBufferBytes - (kTiles > 1 ? demand / 2 : demand);
        for (int i = 0; i + 1 < layers.length; i++) {
            // a layer whose output fits in its queues ends before its readers' weights have arrived
            free += expected.reach(i) < 1 ? 0 : layers[i].layer.filterBufferBytes();
        }
        return Math.min(free, model.filterBufferBytes);
    }

    double portCycles() {
        return portBytes / model.filterPortBytesPerCycle;
    }

    /**
     * Cycles from the segment's begin to its end.
     *
     * @param prefetched bytes of its weights that are on chip already
     */
    double cycles(double prefetched) {
        double bytesPerCycle = model.offChipBytesPerCycle();
        double memory = (bytes - prefetched) / bytesPerCycle;
        double slowest = Math.max(loops, Math.max(memory, portCycles()));
        return Math.max(model.dramLatencyCycles + slowest, compute(prefetched, bytesPerCycle) + portWaiting) + drain;
    }

    private double compute(double prefetched, double bytesPerCycle) {
        double latest = 0;
        double weights = -prefetched;
        double inputs = 0;
        for (int i = 0; i < layers.length; i++) {
            inputs += (expected.inputBytes(i) + expected.residualBytes(i)) * expected.lead(i);
        }
        for (int i = 0; i < layers.length; i++) {
            ExpectedLayer layer = layers[i].layer;
            weights += layer.weightBytes() / (double) layer.kTiles();
            double needed = Math.max(0, weights);
            // weights and inputs take turns until the queues are full
            double arrival = model.dramLatencyCycles + (needed + Math.min(needed, inputs)) / bytesPerCycle;
            double part = 1 - expected.lead(i);
            double rest = Math.max(fronts.rest(i, part), Math.max(merges.rest(i, part), posts.rest(i, part)));
            latest = Math.max(latest, arrival + rest);
            if (layer.kTiles() > 1) {
                double all = (weightBytes - prefetched) / bytesPerCycle;
                latest = Math.max(latest, all + fronts.most(i) / layer.kTiles());
            }
        }
        return latest;
    }

    /** Expectations of each layer of the segment, in its order. */
    List<LayerEstimate> layerEstimates(Segment segment) {
        Map<Integer, LayerEstimate> byLayer = new HashMap<>();
        for (int i = 0; i < layers.length; i++) {
            ExpectedLayer layer = layers[i].layer;
            int index = layer.layer().index();
            double longest = Math.max(fronts.most(i), Math.max(merges.most(i), posts.most(i)));
            byLayer.put(
                    index,
                    new LayerEstimate(
                            index,
                            Math.round(longest),
                            Math.round(layer.products()),
                            layer.weightBytes(),
                            expected.inputBytes(i),
                            expected.outputBytes(i),
                            expected.residualBytes(i)));
        }
        List<LayerEstimate> estimates = new ArrayList<>();
        for (int layer : segment.layers()) {
            estimates.add(byLayer.getOrDefault(layer, new LayerEstimate(layer, 0, 0, 0, 0, 0, 0)));
        }
        return estimates;
    }
}
