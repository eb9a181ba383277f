package dev.isos.study.sweep;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.isos.core.document.Called;
import dev.isos.core.text.YamlNode;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sweep, as it is written in a file.
 *
 * @param workloads Built-in workloads, or files that an importer understands.
 * @param accelerators Accelerators: ID or ID:KEY=VALUE:KEY=VALUE.
 * @param seeds Seeds of whatever the workloads draw (default: that of the command): whole numbers and ranges, as of parameters.
 * @param fidelity How closely points are simulated; [analytical, event] estimates all of them and simulates those that may be on
 *     the front.
 * @param parameters What is varied: parameters of the hardware, mapping, energy, fidelity or hardware (a file). A value, a list of
 *     values and ranges: FROM..TO (doubling), FROM..TO..STEP, FROM..TO..xFACTOR.
 * @param zip What is varied together: the first value of each key with the first of the others, and so on.
 * @param constraints Conditions on parameters and results, such as 'lanes * processingElements <= 512' or 'areaMm2 < 60'.
 * @param objectives What a point is judged by: numbers of the result, less of which is better, or 'max' and such a number.
 * @param search How points are chosen.
 * @param budget How much the sweep may cost.
 */
@Called("the sweep")
record SweepFile(
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1)
        List<@Pattern(regexp = WORD, message = WORD_RULE) String> workloads,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1)
        List<@Pattern(regexp = WORD, message = WORD_RULE) String> accelerators,

        @JsonFormat(shape = JsonFormat.Shape.SCALAR, with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Size(min = 1)
        @Nullable
        List<@Pattern(regexp = SEEDS, message = "a whole number, or a range such as 1..4..1") String> seeds,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Size(min = 1, max = 2)
        @JsonProperty(defaultValue = "event")
        List<@Pattern(regexp = "^(event|stepped|analytical)$", message = "event, stepped or analytical") String>
                fidelity,

        @Nullable Map<String, YamlNode> parameters,

        @Size(min = 1) @Nullable List<Map<String, YamlNode>> zip,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) @Size(min = 1) @Nullable
        List<@Size(min = 1, max = Constraint.LONGEST) String> constraints,

        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        @Size(min = 1)
        @JsonProperty(defaultValue = "[cycles, traffic.total, energyPj.total, areaMm2]")
        List<
                        @Pattern(
                                regexp = Objective.FORM,
                                message = "a number of the result, or min or max and such a number")
                        String>
                objectives,

        @JsonProperty(defaultValue = "{}") Choice search,

        @JsonProperty(defaultValue = "{}") Budget budget) {
    static final int MOST_POINTS = 1_000_000;
    private static final String SEEDS = "^-?[0-9]+( *\\.\\. *-?[0-9]+( *\\.\\. *x?[0-9.]+)?)?$";
    private static final String WORD = "^.*\\S.*$";
    private static final String WORD_RULE = "a value";

    /**
     * How points are chosen.
     *
     * @param method All combinations, or as many as the budget allows.
     * @param seed Of what is drawn.
     */
    @Called("the search")
    record Choice(
            @JsonProperty(defaultValue = "grid") SearchMethod method,
            @JsonProperty(defaultValue = "1") long seed) {}

    /**
     * How much the sweep may cost.
     *
     * @param points A bound on the number of points: configurations times workloads times seeds.
     * @param time When to stop beginning points, such as '300 s'; what is left out is told.
     */
    @Called("the budget")
    record Budget(
            @Min(1) @Max(MOST_POINTS) @JsonProperty(defaultValue = "200")
            int points,

            @Pattern(regexp = "^[0-9.]+(e[0-9]{1,2})? *(ms|s)$", message = "a time such as '300 s'") @Nullable
            String time) {}
}
