package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A stream of work items written by hand, for a chain of layers cut into segments. */
final class HandMade {
    /** The items of one segment; every method returns the number of the item that it adds. */
    static final class Part {
        private final List<Consumer<WorkItem>> items = new ArrayList<>();
        private final List<Integer> layers;
        private final List<TensorBuffer> buffers = new ArrayList<>();
        private final Map<String, Integer> factors;
        private long weightBytes;

        private Part(List<Integer> layers, Map<String, Integer> factors) {
            this.layers = layers;
            this.factors = factors;
        }

        Part buffer(int tensor, long capacityBytes) {
            buffers.add(new TensorBuffer(tensor, capacityBytes));
            return this;
        }

        int weights(int layer, int tile, int bytes, int... waits) {
            weightBytes += bytes;
            return add(
                    i -> i.begin(IsOsSchema.LOAD_WEIGHTS, layer, tile, 0, 0)
                            .moves(TensorRole.WEIGHTS, layer, bytes)
                            .count(IsOsSchema.FILTER_BUFFER_BYTES, bytes),
                    waits);
        }

        int input(int layer, int tensor, int step, int row, int bytes, int held, int... waits) {
            return add(
                    i -> i.begin(IsOsSchema.LOAD_INPUT, layer, step, row, row)
                            .moves(TensorRole.INPUTS, tensor, bytes)
                            .holds(tensor, held),
                    waits);
        }

        /** Every vector is one product. */
        int front(int layer, int step, int row, int elements, int vectors, int... waits) {
            return add(
                    i -> i.begin(IsOsSchema.FRONTEND, layer, step, row, row)
                            .count(IsOsSchema.PRODUCTS, vectors)
                            .count(IsOsSchema.ELEMENTS, elements)
                            .count(IsOsSchema.VECTORS, vectors),
                    waits);
        }

        int back(int layer, int step, int row, int merges, int outputs, int held, int... waits) {
            return add(
                    i -> {
                        i.begin(IsOsSchema.BACKEND, layer, step, row, row)
                                .count(IsOsSchema.MERGES, merges)
                                .count(IsOsSchema.OUTPUTS, outputs)
                                .holds(layer, held);
                        if (i.counts().length > IsOsSchema.PLACES) {
                            i.count(IsOsSchema.PLACES, PLACES_PER_MERGE * merges);
                        }
                    },
                    waits);
        }

        int store(int layer, int step, int row, int bytes, int... waits) {
            return add(
                    i -> i.begin(IsOsSchema.STORE_OUTPUT, layer, step, row, row)
                            .moves(TensorRole.OUTPUTS, layer, bytes),
                    waits);
        }

        private int add(Consumer<WorkItem> fill, int... waits) {
            items.add(item -> {
                fill.accept(item);
                for (int wait : waits) {
                    item.waitFor(wait);
                }
            });
            return items.size() - 1;
        }
    }

    /** Places that a back end reads for each partial result that is not zero, if partial results have places. */
    static final int PLACES_PER_MERGE = 20;

    private WorkSchema schema = IsOsSchema.SCHEMA;
    private final Network network;
    private final List<Part> parts = new ArrayList<>();

    /** Maps of 4 x 4. */
    HandMade(int layers) {
        this(layers, 4);
    }

    /** @param size rows and columns of all maps */
    HandMade(int layers, int size) {
        FeatureMapShape shape = new FeatureMapShape(4, size, size);
        network = new Network(
                "hand-made",
                shape,
                IntStream.range(0, layers)
                        .mapToObj(i -> new Layer(
                                i,
                                "conv" + i,
                                new LayerOp.Convolution(4, 1, Window.square(1, 1, 0)),
                                List.of(i - 1),
                                Layer.NONE,
                                shape,
                                shape))
                        .toList());
    }

    /** For a machine whose partial results have places. */
    HandMade withPlaces() {
        schema = IsOsSchema.WITH_PLACES;
        return this;
    }

    Part segment(int... layers) {
        return segment(Map.of(), layers);
    }

    Part segment(Map<String, Integer> factors, int... layers) {
        Part part = new Part(IntStream.of(layers).boxed().toList(), factors);
        parts.add(part);
        return part;
    }

    RunRequest request(SimulationListener listener) {
        List<Segment> segments = parts.stream()
                .map(p -> new Segment(
                        p.layers,
                        p.layers.stream()
                                .map(l -> new LayerMapping(l, p.factors))
                                .toList(),
                        List.of(),
                        p.buffers))
                .toList();
        return new RunRequest(
                network,
                new ExecutionPlan("hand-made", segments, Collections.nCopies(segments.size(), "")),
                parts.stream().map(p -> p.weightBytes).toList(),
                listener);
    }

    void feed(int segment, WorkSink sink) {
        WorkItem item = new WorkItem(schema);
        for (Consumer<WorkItem> fill : parts.get(segment).items) {
            fill.accept(item);
            sink.accept(item);
        }
    }

    MachineReport run(HardwareModel model) {
        return run(model, SimulationListener.NONE);
    }

    MachineReport run(HardwareModel model, SimulationListener listener) {
        MachineRun run = model.begin(request(listener), schema);
        for (int s = 0; s < parts.size(); s++) {
            feed(s, run.beginSegment(s));
            run.endSegment();
        }
        return run.finish();
    }

    /** What the machine's components do. */
    List<ActivityCount> activity(HardwareModel model) {
        ActivityAccount account = new ActivityAccount(schema, model);
        for (int s = 0; s < parts.size(); s++) {
            int[] items = new int[1];
            feed(s, item -> {
                account.accept(item);
                return items[0]++;
            });
        }
        return account.activity("hand-made stream", model, run(model), false);
    }

    /** The default machine with some parameters set. */
    static HardwareModel machine(String... overrides) {
        IsoscelesFactory factory = new IsoscelesFactory(model -> null);
        return factory.create(
                new HardwareSpecReader(Map.of(factory.id(), factory)).defaults(factory.id(), List.of(overrides)));
    }
}
