package dev.isos.baselines;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.Bench;
import dev.isos.testkit.WorkloadBuilder;
import java.util.stream.Collectors;

/**
 * Workloads small enough to count by hand what a machine does for them: two channels of 2x2, none of them zero.
 */
public final class HandCounted {
    private HandCounted() {}

    private static WorkloadBuilder input() {
        return new WorkloadBuilder("hand-counted", 1, new FeatureMapShape(2, 2, 2), false, 1);
    }

    private static Window square(int side) {
        return new Window(side, side, 1, 1, 0, 0, 0, 0, 1, 1);
    }

    /** Three filters of 1x1 without zeros: 24 products, 12 outputs, of which 8 are not zero. */
    public static Workload convolution() {
        WorkloadBuilder builder = input();
        builder.convolution(Layer.NETWORK_INPUT, 3, 1, square(1), 1);
        return builder.build();
    }

    /** Maximum of each channel: 8 operands, 2 outputs. */
    public static Workload pooling() {
        WorkloadBuilder builder = input();
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, square(2), false);
        return builder.build();
    }

    /** What the components did, a line each: component, action, count. */
    public static String activity(Bench bench) {
        return bench.activity().stream()
                .map(a -> a.component() + " " + a.action() + " " + a.count() + "\n")
                .collect(Collectors.joining());
    }
}
