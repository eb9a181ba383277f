package dev.isos.study.evaluation;

import java.util.Locale;

/** The figures of the evaluation, in the order of the report: the published ones, then what goes beyond them. */
public enum FigureId {
    /** Printed numbers. */
    PAPER,
    SPEEDUP,
    TRAFFIC,
    UTILIZATION,
    PIPELINES,
    ENERGY,
    AREA,
    /** How near ours come to the published numbers, and within which bounds. */
    AGREEMENT,
    BEYOND,
    REUSE,
    DATAFLOW,
    SENSITIVITY;

    /** Whether it shows runs of every machine of the paper on every workload. */
    public boolean comparesPaper() {
        return ordinal() <= AGREEMENT.ordinal();
    }

    /** Whether it shows runs of every further machine on every workload. */
    public boolean comparesBeyond() {
        return this == BEYOND || this == REUSE || this == ENERGY || this == AREA;
    }

    /** Name in files and options. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return id();
    }
}
