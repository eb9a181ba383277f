package dev.isos.study.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.isos.api.result.RunResult;
import java.util.function.ToDoubleFunction;

/** What a point of a sweep costs; less is better. */
public enum Objective {
    @JsonProperty("cycles")
    CYCLES("cycles", RunResult::cycles),
    @JsonProperty("seconds")
    SECONDS("seconds", RunResult::seconds),
    @JsonProperty("traffic.total")
    TRAFFIC("traffic.total", run -> run.traffic().total()),
    @JsonProperty("energyPj.total")
    ENERGY("energyPj.total", run -> run.energyPj().total()),
    @JsonProperty("areaMm2")
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

    @Override
    public String toString() {
        return path;
    }
}
