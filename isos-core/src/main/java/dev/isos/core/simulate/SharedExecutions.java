package dev.isos.core.simulate;

import dev.isos.api.workload.Workload;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Values that depend on the workload alone, kept by workload object until it is released. */
final class SharedExecutions {
    private final Map<Workload, Map<Object, FutureTask<?>>> byWorkload = new IdentityHashMap<>();

    synchronized Map<Object, FutureTask<?>> of(Workload workload) {
        return byWorkload.computeIfAbsent(workload, w -> new ConcurrentHashMap<>());
    }

    synchronized void release(Workload workload) {
        byWorkload.remove(workload);
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
