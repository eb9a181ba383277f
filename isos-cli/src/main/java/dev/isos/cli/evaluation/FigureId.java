package dev.isos.cli.evaluation;

import java.util.Locale;

/** The figures of the evaluation, in the order of the report. */
public enum FigureId {
    SPEEDUP,
    TRAFFIC,
    REUSE,
    DATAFLOW,
    ENERGY,
    AREA,
    UTILIZATION,
    SENSITIVITY;

    /** Whether it shows runs of every accelerator on every workload. */
    public boolean comparesAccelerators() {
        return this != DATAFLOW && this != SENSITIVITY;
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
