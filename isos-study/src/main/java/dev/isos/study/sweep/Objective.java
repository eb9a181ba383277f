package dev.isos.study.sweep;

import dev.isos.api.result.RunResult;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a point of a sweep costs; less is better. */
public enum Objective {
    CYCLES("cycles", RunResult::cycles),
    SECONDS("seconds", RunResult::seconds),
    TRAFFIC("traffic.total", run -> run.traffic().total()),
    ENERGY("energyPj.total", run -> run.energyPj().total()),
    AREA("areaMm2", RunResult::areaMm2);

    private final String path;
    private final ToDoubleFunction<RunResult> value;

    Objective(String path, ToDoubleFunction<RunResult> value) {
        this.path = path;
        this.value = value;
    }

    /** Its path in the JSON result, which ends in its unit where it has one. */
    public String path() {
        return path;
    }

    /** Its value in a run: cycles, seconds, bytes, picojoules or square millimetres. */
    public double of(RunResult run) {
        return value.applyAsDouble(run);
    }

    /** Paths of all of them. */
    static List<String> paths() {
        return Arrays.stream(values()).map(Objective::path).toList();
    }
}
