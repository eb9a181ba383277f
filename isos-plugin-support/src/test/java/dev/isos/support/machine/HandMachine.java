package dev.isos.support.machine;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.support.layers.LayerWork;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** One unit of 2 products per cycle beside a memory of 4 bytes per cycle with a latency of 10 cycles. */
final class HandMachine extends SimpleMachine {
    static final HardwareSpec SPEC = new HardwareSpec(
            "by-hand",
            "hand",
            Map.of(
                    CommonParameters.CLOCK,
                    1e9,
                    CommonParameters.DRAM_BANDWIDTH,
                    4e9,
                    CommonParameters.DRAM_LATENCY,
                    10e-9),
            Map.of(CommonParameters.POOLINGS, CommonParameters.COUNTED));

    HandMachine() {
        super(SPEC, LayerWork.schema(), Map.of());
    }

    @Override
    public long peakMacsPerCycle() {
        return 2;
    }

    @Override
    public List<Component> components() {
        return List.of();
    }

    @Override
    protected long cycles(WorkItem item) {
        return (item.counts()[LayerWork.PRODUCTS] + 1) / 2;
    }

    @Override
    protected Set<String> timedBy() {
        return Set.of("products");
    }

    @Override
    protected List<Activity> onChipActivities() {
        return List.of(
                new Activity("unit", "multiply", "products"),
                new Activity("unit", "post-op", "postOps"),
                new Activity("buffer", "write", "load-filters.bytes"),
                new Activity("buffer", "read", "store-outputs.bytes"));
    }

    /** A chain of pointwise layers. */
    static Network chain(int layers) {
        NetworkBuilder builder = new NetworkBuilder("chain", new FeatureMapShape(1, 1, 1));
        int last = Layer.NETWORK_INPUT;
        for (int i = 0; i < layers; i++) {
            last = builder.convolution("layer" + i, last, 1, 1, 1, 0);
        }
        return builder.build();
    }

    /** A chain of which each layer is a segment. */
    static RunRequest request(int layers, SimulationListener listener) {
        List<Segment> segments = IntStream.range(0, layers)
                .mapToObj(i -> new Segment(List.of(i), List.of(new LayerMapping(i, Map.of())), List.of(), List.of()))
                .toList();
        return new RunRequest(
                chain(layers),
                new ExecutionPlan(
                        "test", segments, segments.stream().map(s -> "test").toList()),
                segments.stream().map(s -> 0L).toList(),
                listener);
    }
}
