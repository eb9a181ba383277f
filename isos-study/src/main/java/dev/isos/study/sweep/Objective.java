package dev.isos.study.sweep;

import dev.isos.api.result.RunResult;
import dev.isos.core.text.Nearest;
import dev.isos.study.result.ResultField;
import java.util.List;

/**
 * What points are judged by: a number of the result, and whether it is to be small or large.
 *
 * @param path in the JSON result, which ends in its unit where it has one
 * @param maximised whether more is better
 */
public record Objective(String path, boolean maximised) {
    /** Cycles, off-chip bytes, energy and area. */
    static final List<String> USUAL = List.of("cycles", "traffic.total", "energyPj.total", "areaMm2");

    /** How an objective is written. */
    static final String FORM = "^((min|max) +)?(?!(min|max)$)[A-Za-z][A-Za-z0-9]*(\\.[A-Za-z][A-Za-z0-9]*)*$";

    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException naming the nearest one when the result has no such number
     */
    public Objective {
        if (!ResultField.paths().contains(path)) {
            throw new IllegalArgumentException(
                    "no number of the result is called '" + path + "'" + Nearest.hint(path, ResultField.paths()));
        }
    }

    /**
     * Reads {@code PATH}, {@code min PATH} or {@code max PATH}; a path alone is minimised.
     *
     * @throws IllegalArgumentException when the result has no such number
     */
    public static Objective parse(String text) {
        String[] words = text.strip().split(" +");
        return new Objective(words[words.length - 1], words.length == 2 && words[0].equals("max"));
    }

    /** Its value in a run: cycles, seconds, bytes, picojoules, square millimetres or a share. */
    public double of(RunResult run) {
        return ResultField.number(path, run);
    }

    /** Whether it is the same whatever the fidelity. */
    public boolean isExact() {
        return ResultField.isExact(path);
    }

    /** A value as a cost, of which less is better. */
    public double cost(double value) {
        return maximised ? -value : value;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return maximised ? "max " + path : path;
    }
}
