package dev.isos.testkit;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Dataflows that cheat, made of {@link PlainDataflow}: to see that what checks a run refuses them. Used by one thread each.
 */
public final class Cheats {
    private Cheats() {}

    /**
     * An item that waits for nothing.
     *
     * @param item one of {@link PlainDataflow}
     * @return a copy with its place, bytes and counts
     */
    public static WorkItem withoutWaits(WorkItem item) {
        WorkItem copy = new WorkItem(PlainDataflow.SCHEMA)
                .begin(item.phase(), item.layer(), item.step(), item.row(), item.place())
                .moves(item.role(), item.tensor(), item.offChipBytes());
        System.arraycopy(item.counts(), 0, copy.counts(), 0, copy.counts().length);
        return copy;
    }

    /**
     * Without the wait for items of a phase, given that items come as {@link PlainDataflow} gives them.
     *
     * @param waiter phase of the items that are changed
     * @param waited phase that they no longer wait for
     * @return for the items of one segment, in their order
     */
    public static UnaryOperator<WorkItem> notWaitingFor(int waiter, int waited) {
        List<Integer> phases = new ArrayList<>();
        return item -> {
            phases.add(item.phase());
            WorkItem changed = item;
            if (item.phase() == waiter) {
                changed = withoutWaits(item);
                for (int i = 0; i < item.waitCount(); i++) {
                    int on = item.waitsFor()[i];
                    if (phases.get(on) != waited) {
                        changed.waitFor(on);
                    }
                }
            }
            return changed;
        };
    }

    /**
     * A dataflow whose items are changed before anybody sees them.
     *
     * @param cheat what becomes of each item
     * @return a dataflow that is {@link PlainDataflow} in everything else
     */
    public static Dataflow cheating(UnaryOperator<WorkItem> cheat) {
        return new PlainDataflow() {
            @Override
            public void execute(ExecutionContext context) {
                super.execute(new ExecutionContext() {
                    @Override
                    public Workload workload() {
                        return context.workload();
                    }

                    @Override
                    public Geometry geometry() {
                        return context.geometry();
                    }

                    @Override
                    public Segment segment() {
                        return context.segment();
                    }

                    @Override
                    public ActivationTensor activation(int layer) {
                        return context.activation(layer);
                    }

                    @Override
                    public void output(int layer, ActivationTensor tensor) {
                        context.output(layer, tensor);
                    }

                    @Override
                    public WorkSink sink() {
                        return item -> context.sink().accept(cheat.apply(item));
                    }

                    @Override
                    public <T> T shared(Object key, Class<T> type, Supplier<T> compute) {
                        return context.shared(key, type, compute);
                    }
                });
            }
        };
    }
}
