package dev.isos.study.sweep;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.isos.core.document.Called;
import dev.isos.core.text.YamlNode;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code isos sweep}, as it is written.
 *
 * @param workloads Built-in workloads, or files that an importer understands.
 * @param accelerators Accelerators as isos compare takes them: ID or ID:KEY=VALUE:KEY=VALUE.
 * @param parameters What is varied: parameters of the hardware, mapping, energy or hardware (a file). A value, a list of values
 *     and ranges, FROM..TO (doubling) or FROM..TO..STEP.
 * @param objectives What a point is judged by; less is better.
 * @param limits What a point may cost at most: cycles, seconds, bytes, picojoules, square millimetres.
 * @param maximumRuns A bound on the number of runs.
 */
@Called("the sweep")
record SweepFile(
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1)
        List<@Pattern(regexp = WORD, message = WORD_RULE) String> workloads,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1)
        List<@Pattern(regexp = WORD, message = WORD_RULE) String> accelerators,

        @Nullable Map<String, YamlNode> parameters,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Size(min = 1)
        @JsonProperty(defaultValue = "[cycles, traffic.total, energyPj.total, areaMm2]")
        List<Objective> objectives,

        @Nullable Limits limits,

        @Min(1) @Max(MOST_RUNS) @JsonProperty(defaultValue = "200")
        int maximumRuns) {
    static final int MOST_RUNS = 10_000;
    private static final String WORD = "^.*\\S.*$";
    private static final String WORD_RULE = "a value";

    /**
     * What a point may cost at most.
     *
     * @param cycles Cycles.
     * @param seconds Seconds.
     * @param traffic Bytes.
     * @param energy Picojoules.
     * @param area Square millimetres.
     */
    @Called("the limits")
    record Limits(
            @DecimalMin(value = "0", inclusive = false) @Nullable
            Double cycles,

            @DecimalMin(value = "0", inclusive = false) @Nullable
            Double seconds,

            @JsonProperty("traffic.total") @DecimalMin(value = "0", inclusive = false) @Nullable
            Double traffic,

            @JsonProperty("energyPj.total") @DecimalMin(value = "0", inclusive = false) @Nullable
            Double energy,

            @JsonProperty("areaMm2") @DecimalMin(value = "0", inclusive = false) @Nullable
            Double area) {
        Map<Objective, Double> byObjective() {
            Map<Objective, Double> limits = new EnumMap<>(Objective.class);
            put(limits, Objective.CYCLES, cycles);
            put(limits, Objective.SECONDS, seconds);
            put(limits, Objective.TRAFFIC, traffic);
            put(limits, Objective.ENERGY, energy);
            put(limits, Objective.AREA, area);
            return limits;
        }

        private static void put(Map<Objective, Double> limits, Objective objective, @Nullable Double limit) {
            if (limit != null) {
                limits.put(objective, limit);
            }
        }
    }
}
