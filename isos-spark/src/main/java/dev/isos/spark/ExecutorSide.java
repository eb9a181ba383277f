package dev.isos.spark;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.broadcast.Broadcast;

/**
 * What the tasks of an executor share: the platform, and workloads with what runs on them have computed. A workload is read once per
 * executor.
 */
final class ExecutorSide {
    /** Tasks come workload by workload, and overlap where one ends. */
    private static final int MOST_WORKLOADS = 2;

    private static ExecutorSide instance;
    private static String loadedWith;

    private final Platform isos;
    private final Map<String, Workload> workloads = new LinkedHashMap<>();

    private ExecutorSide(Platform isos) {
        this.isos = isos;
    }

    /** @param plugins folder; null for none */
    static synchronized ExecutorSide of(String plugins) {
        String wanted = String.valueOf(plugins);
        if (!wanted.equals(loadedWith)) {
            instance = new ExecutorSide(
                    IsosPlatform.load(Optional.ofNullable(plugins).map(Path::of)));
            loadedWith = wanted;
        }
        return instance;
    }

    Platform isos() {
        return isos;
    }

    /** Refuses to compute with other plug-ins than the driver has: results would depend on who computes. */
    void require(List<String> loaded) {
        List<String> own = plugins(isos);
        if (!own.equals(loaded)) {
            String problems = isos.pluginProblems().stream()
                    .map(problem -> "; " + problem.sentence())
                    .collect(Collectors.joining());
            throw IsosException.badInput(
                    "an executor of Spark has the plug-ins " + own + " and not " + loaded + problems);
        }
    }

    static List<String> plugins(Platform isos) {
        return isos.plugins().stream()
                .map(plugin -> plugin.id() + " " + plugin.version())
                .sorted()
                .toList();
    }

    synchronized Workload workload(String sweep, int source, Broadcast<SharedWorkload> shared) {
        String key = sweep + " " + source;
        Workload workload = workloads.get(key);
        if (workload == null) {
            Iterator<Workload> eldest = workloads.values().iterator();
            if (workloads.size() >= MOST_WORKLOADS) {
                isos.release(eldest.next());
                eldest.remove();
            }
            workload = read(shared.value());
            workloads.put(key, workload);
        }
        return workload;
    }

    private Workload read(SharedWorkload shared) {
        try {
            Path file = Files.createTempFile("workload", shared.extension());
            try {
                Files.write(file, shared.file());
                Workload workload = isos.workload(file.toString(), WorkloadRequest.defaults());
                return shared.reference()
                        ? workload
                        : new Workload(
                                workload.info(),
                                workload.network(),
                                workload.parameters(),
                                workload.input(),
                                List.of(),
                                workload.furtherInputs());
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a workload cannot be written to the executor's temporary folder", e);
        }
    }
}
