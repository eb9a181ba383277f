package dev.isos.baselines.systolic;

import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.support.machine.CommonParameters;
import java.util.List;

/** Builds {@link SystolicModel}. */
public final class SystolicFactory implements HardwareModelFactory {
    static final String ROWS = "rows";
    static final String COLUMNS = "columns";
    static final String INPUT_BUFFER = "inputBuffer";
    static final String FILTER_BUFFER = "filterBuffer";
    static final String OUTPUT_BUFFER = "outputBuffer";
    static final String VECTOR_WIDTH = "vectorWidth";

    private static final String THIRD = "ours: a third of the 3 MiB that ISOSceles has on chip";

    @Override
    public String id() {
        return "systolic";
    }

    @Override
    public String description() {
        return "dense systolic array with three double-buffered memories and a vector unit";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return CommonParameters.after(
                CommonParameters.count(
                        ROWS,
                        "64",
                        "1",
                        "4096",
                        "rows of processing elements, one multiply-accumulate per cycle each",
                        "ours: 64 x 64 = 4096 MACs as in all accelerators that are compared"),
                CommonParameters.count(COLUMNS, "64", "1", "4096", "columns of processing elements", "as rows"),
                buffer(INPUT_BUFFER, "inputs; those of a layer that fit are read once"),
                buffer(FILTER_BUFFER, "filters; those of a layer that fit are read once"),
                buffer(OUTPUT_BUFFER, "partial sums and outputs; half of it holds the sums of a column fold"),
                CommonParameters.count(
                        VECTOR_WIDTH,
                        "64",
                        "1",
                        "65536",
                        "operands per cycle of the vector unit for poolings, additions and normalisations",
                        "ours: one per column of the default array"));
    }

    private static HardwareParameter buffer(String key, String what) {
        return CommonParameters.bytes(key, "1 MiB", "1 B", "double-buffered memory for " + what, THIRD);
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        return new SystolicModel(spec);
    }
}
