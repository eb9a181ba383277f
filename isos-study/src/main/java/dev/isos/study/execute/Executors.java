package dev.isos.study.execute;

import dev.isos.api.error.IsosException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Executors by name. */
public final class Executors {
    /** Threads of this process. */
    public static final String LOCAL = "local";

    private Executors() {}

    /**
     * Makes an executor ready.
     *
     * @param id {@link #LOCAL}, or the id of an {@link ExecutorProvider} on the class path
     * @param threads processors of this process to use, at least 1; for local execution
     * @throws IsosException when there is none of that name, or it lacks something
     */
    public static PointExecutor open(String id, ExecutorProvider.Setting setting, int threads) {
        if (id.equals(LOCAL)) {
            if (setting.master().isPresent()) {
                throw IsosException.badInput("master " + setting.master().get() + " is for an executor on other"
                        + " computers, and executor local has none");
            }
            return new LocalExecutor(setting.isos(), setting.request(), threads, setting.progress());
        }
        List<String> known = new ArrayList<>(List.of(LOCAL));
        for (ExecutorProvider provider : ServiceLoader.load(ExecutorProvider.class)) {
            if (provider.id().equals(id)) {
                return provider.open(setting);
            }
            known.add(provider.id());
        }
        throw IsosException.badInput(
                "executor '" + id + "' is not on the class path, where there is " + String.join(", ", known)
                        + "; isos-spark brings spark, and the launcher in the source tree fetches it");
    }
}
