package dev.isos.core.simulate;

import dev.isos.api.dataflow.MapLayout;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDensities;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Values that depend on the workload alone, kept by workload object until it is released. For any number of threads. */
final class SharedExecutions {
    private final Map<Workload, Map<Object, FutureTask<?>>> byWorkload = new IdentityHashMap<>();

    synchronized Map<Object, FutureTask<?>> of(Workload workload) {
        return byWorkload.computeIfAbsent(workload, w -> new ConcurrentHashMap<>());
    }

    void release(Workload workload) {
        Workload gathered = gathered(workload);
        synchronized (this) {
            byWorkload.remove(gathered);
            byWorkload.remove(workload);
        }
    }

    /** The workload as dataflows see it: without layers that need a whole operand, of which the reference gives the values. */
    Workload gathered(Workload workload) {
        if (!GatheredOperands.needed(workload.network())) {
            return workload;
        }
        return get(of(workload), GatheredOperands.class, Workload.class, () -> {
            Set<Integer> operands = workload.network().layers().stream()
                    .map(GatheredOperands::operand)
                    .collect(Collectors.toSet());
            Map<Integer, ActivationTensor> outputs = new HashMap<>();
            List<LayerReference> reference = ReferenceExecutor.execute(workload, (layer, output) -> {
                if (operands.contains(layer.index())) {
                    outputs.put(layer.index(), output);
                }
            });
            return GatheredOperands.gather(
                    workload.hasReference() ? workload : workload.withReference(reference), outputs::get);
        });
    }

    /** A workload as an accelerator lays it out, and what executions of that layout share. */
    record LaidOut(Workload workload, Map<Object, FutureTask<?>> sharedValues) {}

    LaidOut laidOut(Workload workload, MapLayout layout) {
        Map<Object, FutureTask<?>> values = of(workload);
        return get(values, layout, LaidOut.class, () -> {
            Workload laid = Relayout.of(workload, layout);
            return new LaidOut(laid, laid == workload ? values : new ConcurrentHashMap<>());
        });
    }

    /** Names the reference of an image of a batch among the values of a workload. */
    private record ReferenceOf(int image) {}

    /** The reference of an image of a batch, computed unless the workload brings it. */
    List<LayerReference> reference(Workload workload, int image) {
        if (image == 0 && workload.hasReference()) {
            return workload.reference();
        }
        return List.of(get(
                of(workload),
                new ReferenceOf(image),
                LayerReference[].class,
                () -> ReferenceExecutor.execute(Images.of(workload, image)).toArray(LayerReference[]::new)));
    }

    /** Of one object: to compare workloads weight by weight would take longer than to count. */
    private record DensitiesOf(Workload laid) {
        @Override
        public boolean equals(Object other) {
            return other instanceof DensitiesOf densities && densities.laid == laid;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(laid);
        }
    }

    /** Densities of a workload as laid out; the reference is the model's, whose counts are the same in every layout. */
    WorkloadDensities densities(Workload model, Workload laid) {
        return get(
                of(model),
                new DensitiesOf(laid),
                WorkloadDensities.class,
                () -> WorkloadDensities.of(laid, reference(model, 0)));
    }

    /** Computes a value at most once, also when several threads ask and when computing it asks for another one. */
    static <T> T get(Map<Object, FutureTask<?>> values, Object key, Class<T> type, Supplier<T> compute) {
        FutureTask<T> own = new FutureTask<>(compute::get);
        FutureTask<?> task = values.putIfAbsent(key, own);
        if (task == null) {
            own.run();
            task = own;
        }
        try {
            return type.cast(task.get());
        } catch (ExecutionException e) {
            values.remove(key, task);
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a shared execution", e);
        }
    }
}
