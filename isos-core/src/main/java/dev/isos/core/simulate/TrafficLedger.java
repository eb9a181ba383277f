package dev.isos.core.simulate;

import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.law.RunLaws;
import dev.isos.api.network.Network;
import dev.isos.api.plan.Segment;
import dev.isos.api.result.RunResult.Traffic;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The only place that counts off-chip bytes and products. It sits between dataflow and machine, sees every item, and
 * refuses one that breaks the rules of a work stream.
 */
final class TrafficLedger implements WorkSink {
    private static final int ROLES = TensorRole.values().length;

    private final Network network;
    private final RunLaws laws;
    private final ActivityAccount[] activityByLayer;
    private final ActivityAccount none;
    private final boolean[] computePhase;
    private final boolean[] writePhase;
    private final int productsOffset;
    private final long[] productsByLayer;
    private final long[] bytesByLayer;
    private final long[] bytesBySegment;
    private final boolean[] inSegment;
    private final boolean[] readPhase;
    private int segmentIndex = -1;

    /** Whether the weights of the segment that is open are on chip since the image before. */
    private boolean weightsThere;

    private WorkSink machine;
    private int items;
    private long itemsBefore;

    TrafficLedger(Network network, int segments, WorkSchema schema, HardwareModel hardware, RunLaws laws) {
        this.network = network;
        this.laws = laws;
        this.none = new ActivityAccount(schema, hardware);
        this.activityByLayer = new ActivityAccount[network.size()];
        Arrays.setAll(activityByLayer, layer -> none.another());
        this.computePhase = new boolean[schema.phases().size()];
        this.writePhase = new boolean[schema.phases().size()];
        this.readPhase = new boolean[schema.phases().size()];
        for (int i = 0; i < computePhase.length; i++) {
            computePhase[i] = schema.phases().get(i).kind() == PhaseKind.COMPUTE;
            writePhase[i] = schema.phases().get(i).kind() == PhaseKind.WRITE;
            readPhase[i] = schema.phases().get(i).kind() == PhaseKind.READ;
        }
        this.productsOffset = schema.offset(WorkMetric.PRODUCTS.id());
        this.inSegment = new boolean[network.size()];
        this.productsByLayer = new long[network.size()];
        this.bytesByLayer = new long[network.size() * ROLES];
        this.bytesBySegment = new long[segments * ROLES];
    }

    /**
     * @param index position in the plan; the same for all images of a batch
     * @param kept whether the weights are on chip since the image before, so that loading them moves and does nothing
     */
    void beginSegment(Segment next, int index, boolean kept, WorkSink sink) {
        Arrays.fill(inSegment, false);
        next.layers().forEach(layer -> inSegment[layer] = true);
        segmentIndex = index;
        weightsThere = kept;
        machine = sink;
        itemsBefore += items;
        items = 0;
    }

    @Override
    public int accept(WorkItem item) {
        check(item);
        if (weightsThere && readPhase[item.phase()] && item.role() == TensorRole.WEIGHTS) {
            item.moves(TensorRole.WEIGHTS, item.tensor(), 0);
        } else {
            activityByLayer[item.layer()].accept(item);
        }
        productsByLayer[item.layer()] += item.counts()[productsOffset];
        int role = item.role().ordinal();
        bytesByLayer[item.layer() * ROLES + role] += item.offChipBytes();
        bytesBySegment[segmentIndex * ROLES + role] += item.offChipBytes();
        int number = machine.accept(item);
        if (number != items) {
            throw broken(item, "was numbered " + number + " by the machine");
        }
        laws.accept(item, items);
        return items++;
    }

    private void check(WorkItem item) {
        if (item.layer() < 0 || item.layer() >= network.size() || !inSegment[item.layer()]) {
            throw broken(item, "belongs to a layer outside its segment");
        }
        if (item.offChipBytes() < 0 || item.heldBytes() < 0 || item.place() < 0 || item.counts()[productsOffset] < 0) {
            throw broken(item, "has a negative count");
        }
        if (item.offChipBytes() > 0 && computePhase[item.phase()]) {
            throw broken(item, "computes and moves off-chip bytes at once");
        }
        if (item.offChipBytes() > 0 && writePhase[item.phase()] != (item.role() == TensorRole.OUTPUTS)) {
            throw broken(item, "moves " + item.role() + " in the wrong direction");
        }
        int[] waits = item.waitsFor();
        for (int i = 0; i < item.waitCount(); i++) {
            if (waits[i] < 0 || waits[i] >= items) {
                throw broken(item, "waits for item " + waits[i] + ", which does not come before it");
            }
        }
    }

    private IsosException broken(WorkItem item, String what) {
        return new IsosException(
                ErrorCode.SIMULATION_FAILED,
                "work item " + items + " (phase " + item.phase() + ", layer " + item.layer() + ") of segment "
                        + segmentIndex + " " + what);
    }

    /** What all items so far count. */
    ActivityAccount activity() {
        return activity(IntStream.range(0, activityByLayer.length).boxed().toList());
    }

    /** What the items of some layers count. */
    ActivityAccount activity(List<Integer> layers) {
        ActivityAccount sum = none.another();
        layers.forEach(layer -> sum.add(activityByLayer[layer]));
        return sum;
    }

    /** Items of all segments so far. */
    long items() {
        return itemsBefore + items;
    }

    long products(int layer) {
        return productsByLayer[layer];
    }

    Traffic layerTraffic(int layer) {
        return traffic(bytesByLayer, layer);
    }

    Traffic segmentTraffic(int index) {
        return traffic(bytesBySegment, index);
    }

    Traffic total() {
        long[] sum = new long[ROLES];
        for (int i = 0; i < bytesBySegment.length; i++) {
            sum[i % ROLES] += bytesBySegment[i];
        }
        return traffic(sum, 0);
    }

    private static Traffic traffic(long[] bytes, int row) {
        int at = row * ROLES;
        return new Traffic(
                bytes[at + TensorRole.WEIGHTS.ordinal()],
                bytes[at + TensorRole.INPUTS.ordinal()],
                bytes[at + TensorRole.OUTPUTS.ordinal()],
                bytes[at + TensorRole.RESIDUALS.ordinal()]);
    }
}
