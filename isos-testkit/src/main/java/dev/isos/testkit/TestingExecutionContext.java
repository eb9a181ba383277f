package dev.isos.testkit;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.dataflow.UnitModel;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.law.RunLaws;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Liveness;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Runs segments of one workload one after another and records everything that the dataflow gives. Like the platform it
 * forgets a tensor after its last use, see {@link #forgetAfter}. Used by one thread. What a dataflow may not do fails
 * with an {@link AssertionError}.
 */
public final class TestingExecutionContext implements ExecutionContext {
    private final Workload workload;
    private final Geometry geometry;
    private final Optional<UnitModel> unitModel;
    private final Map<Object, Object> sharedValues;
    private final Map<Integer, ActivationTensor> outputs = new TreeMap<>();
    private final Liveness liveness;
    private List<RecordedItem> items = new ArrayList<>();
    private WorkSink sink;
    private Segment segment;
    private int forgottenUpTo = -1;

    /**
     * A context without unit model, in which nothing has been shared.
     *
     * @param workload without layers that need a whole operand
     * @param geometry has every key that the dataflow requires
     */
    public TestingExecutionContext(Workload workload, Geometry geometry) {
        this(workload, geometry, Optional.empty(), new HashMap<>());
    }

    /**
     * A context in which no segment has been executed.
     *
     * @param workload without layers that need a whole operand
     * @param geometry has every key that the dataflow requires
     * @param unitModel the hardware's unit model, if the dataflow needs one
     * @param sharedValues what runs on the same workload have shared so far, see {@link ExecutionContext#shared}
     */
    public TestingExecutionContext(
            Workload workload, Geometry geometry, Optional<UnitModel> unitModel, Map<Object, Object> sharedValues) {
        this.workload = workload;
        this.geometry = geometry;
        this.unitModel = unitModel;
        this.sharedValues = sharedValues;
        this.liveness = new Liveness(workload.network());
    }

    /**
     * Executes the next segment.
     *
     * @param dataflow what the segment was mapped by
     * @param next the segment; those before it in the plan have been executed
     * @return its items, in their order
     * @throws AssertionError when an output is missing, or an item waits for one that has not come
     */
    public List<RecordedItem> execute(Dataflow dataflow, Segment next) {
        return execute(dataflow, next, null);
    }

    /** The same; the items are held to laws, if there are any, which have been told of the segment. */
    List<RecordedItem> execute(Dataflow dataflow, Segment next, RunLaws laws) {
        items = new ArrayList<>();
        executeInto(
                item -> {
                    for (int i = 0; i < item.waitCount(); i++) {
                        int waited = item.waitsFor()[i];
                        if (waited < 0 || waited >= items.size()) {
                            throw new AssertionError("item " + items.size() + " waits for item " + waited);
                        }
                    }
                    if (laws != null) {
                        laws.accept(item, items.size());
                    }
                    items.add(RecordedItem.of(item));
                    return items.size() - 1;
                },
                dataflow,
                next);
        return items;
    }

    /** Executes the next segment, whose items go into a sink. */
    void executeInto(WorkSink itemSink, Dataflow dataflow, Segment next) {
        segment = next;
        sink = itemSink;
        dataflow.execute(this);
        for (int layer : next.layers()) {
            if (!outputs.containsKey(layer)) {
                throw new AssertionError("no output was given for layer "
                        + workload.network().layer(layer).name());
            }
        }
    }

    /**
     * Forgets tensors that no layer after a segment reads: a dataflow that asks for one from now on fails.
     *
     * @param done the segment that has just been executed
     */
    public void forgetAfter(Segment done) {
        forgottenUpTo = done.layers().get(done.layers().size() - 1);
    }

    /** {@return outputs given so far, by layer; also those that are forgotten} */
    public Map<Integer, ActivationTensor> outputs() {
        return outputs;
    }

    @Override
    public Workload workload() {
        return workload;
    }

    @Override
    public Geometry geometry() {
        return geometry;
    }

    @Override
    public <T extends UnitModel> T unitModel(Class<T> type) {
        return type.cast(unitModel.orElseThrow(() -> new AssertionError("the test has no unit model")));
    }

    @Override
    public Segment segment() {
        return segment;
    }

    @Override
    public ActivationTensor activation(int layer) {
        if (Layer.isNetworkInput(layer)) {
            return workload.input(layer);
        }
        ActivationTensor tensor = outputs.get(layer);
        if (tensor == null) {
            throw new AssertionError("the output of layer " + layer + " was asked for before it was given");
        }
        if (layer <= forgottenUpTo
                && liveness.lastReader(layer) <= forgottenUpTo
                && layer < workload.network().size() - 1) {
            throw new AssertionError("the output of layer " + layer + " was asked for after its last use");
        }
        return tensor;
    }

    @Override
    public void output(int layer, ActivationTensor tensor) {
        if (!segment.contains(layer)) {
            throw new AssertionError("an output was given for layer " + layer + ", which is not in the segment");
        }
        if (outputs.put(layer, tensor) != null) {
            throw new AssertionError("the output of layer " + layer + " was given twice");
        }
    }

    /** Several threads at a time, and the last task first: what a task gives must not depend on the others. */
    @Override
    public TaskRunner tasks() {
        return (tasks, task) ->
                IntStream.range(0, tasks).map(i -> tasks - 1 - i).parallel().forEach(task);
    }

    @Override
    public WorkSink sink() {
        return sink;
    }

    @Override
    public <T> T shared(Object key, Class<T> type, Supplier<T> compute) {
        Object value = sharedValues.get(key);
        if (value == null) {
            value = compute.get();
            sharedValues.put(key, value);
        }
        return type.cast(value);
    }
}
