package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.Bench;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Runs small workloads on SparTen, layer by layer, and keeps copies of all items. */
final class SparTenHarness {
    private SparTenHarness() {}

    /** A copy of a work item. */
    record Item(
            int segment, int phase, int layer, int step, int row, int place, long bytes, int[] counts, int[] waits) {
        int cycles(int unit) {
            return counts[SparTenWork.UNIT_STEPS + unit];
        }
    }

    /** What a run gave. */
    record Outcome(List<ActivationTensor> outputs, List<Item> items, MachineReport report) {
        List<Item> phase(int phase) {
            return items.stream().filter(i -> i.phase() == phase).toList();
        }

        long bytes(int phase) {
            return phase(phase).stream().mapToLong(Item::bytes).sum();
        }

        long products(int layer) {
            return items.stream()
                    .filter(i -> i.layer() == layer)
                    .mapToLong(i -> i.counts()[SparTenWork.PRODUCTS])
                    .sum();
        }
    }

    /** Default hardware with some parameters given as in a file: {@code "units=4"}. */
    static SparTenModel model(String... settings) {
        return (SparTenModel) Bench.model(new SparTenFactory(), settings);
    }

    static Outcome run(Workload workload, SparTenModel model) {
        return run(workload, model, new HashMap<>());
    }

    static Outcome run(Workload workload, SparTenModel model, Map<Object, Object> shared) {
        return run(workload, model, shared, SimulationListener.NONE);
    }

    static Outcome run(Workload workload, SparTenModel model, Map<Object, Object> shared, SimulationListener listener) {
        SparTenDataflow dataflow = new SparTenDataflow();
        Geometry geometry = model.geometry();
        RunRequest request = request(workload, model, listener);
        List<Segment> segments = request.plan().segments();
        MachineRun machine = model.begin(request, dataflow.schema(geometry));
        ActivationTensor[] outputs = new ActivationTensor[workload.network().size()];
        List<Item> items = new ArrayList<>();
        for (int s = 0; s < segments.size(); s++) {
            dataflow.execute(new Context(
                    workload, geometry, segments.get(s), outputs, shared, keeping(s, items, machine.beginSegment(s))));
            machine.endSegment();
        }
        return new Outcome(List.of(outputs), items, machine.finish());
    }

    /** What the machine gets to know of a workload: one segment per computing layer, as the policy "single" cuts it. */
    static RunRequest request(Workload workload, SparTenModel model, SimulationListener listener) {
        SparTenDataflow dataflow = new SparTenDataflow();
        Geometry geometry = model.geometry();
        List<Segment> segments = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        for (Layer layer : workload.network().layers()) {
            next.add(layer.index());
            if (!(layer.op() instanceof LayerOp.Concatenation)
                    || layer == workload.network().output()) {
                segments.add((Segment) dataflow.map(workload, next, geometry));
                next = new ArrayList<>();
            }
        }
        List<String> limits = segments.stream().map(s -> "test").toList();
        List<Long> weights = segments.stream()
                .map(s -> dataflow.weightBytes(workload, s, geometry))
                .toList();
        ExecutionPlan plan = new ExecutionPlan("test", segments, limits);
        return new RunRequest(workload.network(), plan, weights, listener);
    }

    /** Gives the items of one segment, with the outputs of all layers known. */
    static void feed(
            Workload workload, SparTenModel model, List<ActivationTensor> outputs, Segment segment, WorkSink sink) {
        ActivationTensor[] known = outputs.toArray(ActivationTensor[]::new);
        for (int layer : segment.layers()) {
            known[layer] = null;
        }
        new SparTenDataflow().execute(new Context(workload, model.geometry(), segment, known, new HashMap<>(), sink));
    }

    private static WorkSink keeping(int segment, List<Item> items, WorkSink machine) {
        return item -> {
            items.add(copy(segment, item));
            return machine.accept(item);
        };
    }

    private static Item copy(int segment, WorkItem item) {
        int[] waits = java.util.Arrays.copyOf(item.waitsFor(), item.waitCount());
        return new Item(
                segment,
                item.phase(),
                item.layer(),
                item.step(),
                item.row(),
                item.place(),
                item.offChipBytes(),
                item.counts().clone(),
                waits);
    }

    private record Context(
            Workload workload,
            Geometry geometry,
            Segment segment,
            ActivationTensor[] outputs,
            Map<Object, Object> shared,
            WorkSink sink)
            implements ExecutionContext {
        @Override
        public ActivationTensor activation(int layer) {
            return Layer.isNetworkInput(layer) ? workload.input(layer) : outputs[layer];
        }

        @Override
        public void output(int layer, ActivationTensor tensor) {
            if (outputs[layer] != null) {
                throw new IllegalStateException("layer " + layer + " has two outputs");
            }
            outputs[layer] = tensor;
        }

        @Override
        public <T> T shared(Object key, Class<T> type, Supplier<T> compute) {
            if (!shared.containsKey(key)) {
                shared.put(key, compute.get());
            }
            return type.cast(shared.get(key));
        }
    }
}
