package __package__;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.support.machine.CommonParameters;
import dev.isos.support.machine.MachineModel;
import dev.isos.support.machine.OffChipPort;
import dev.isos.support.machine.OrderedRun;
import java.util.List;
import java.util.Map;

/** One buffer, one row of multipliers that works through the items in their order, and a port to off-chip memory. */
final class SerialModel extends MachineModel {
    private static final String MACS = "macs";
    private static final String BUFFER = "buffer";

    /** Reads the parameters of hardware files and builds the model. */
    static final class Factory implements HardwareModelFactory {
        @Override
        public String id() {
            return "__id__";
        }

        @Override
        public String description() {
            return "a row of multipliers behind one buffer";
        }

        @Override
        public List<HardwareParameter> parameters() {
            return CommonParameters.after(
                    CommonParameters.count(MACS, "256", "1", "65536", "multiply-accumulates per cycle", "an example"),
                    CommonParameters.bytes(BUFFER, "4 MiB", "1 B", "memory on chip", "an example"));
        }

        @Override
        public HardwareModel create(HardwareSpec spec) {
            return new SerialModel(spec);
        }
    }

    private SerialModel(HardwareSpec spec) {
        super(spec, SerialDataflow.SCHEMA, Map.of(SerialDataflow.BUFFER_BYTES, spec.bytes(BUFFER)));
    }

    @Override
    public long peakMacsPerCycle() {
        return count(MACS);
    }

    @Override
    public List<Component> components() {
        return List.of(
                new Component(MACS, "mac-int8", peakMacsPerCycle(), Map.of()),
                new Component("adders", "adder-int32", peakMacsPerCycle(), Map.of()),
                new Component("postOps", "post-op", peakMacsPerCycle(), Map.of()),
                new Component(BUFFER, "sram", 1, Map.of("bytes", (double) bytes(BUFFER))),
                new Component(OffChipPort.DRAM, "dram", 1, Map.of()));
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new Run(this, request);
    }

    /** Times the items of one simulation. */
    private static final class Run extends OrderedRun {
        private final long macs;

        Run(SerialModel model, RunRequest request) {
            super("__id__", model, request, 1);
            this.macs = model.peakMacsPerCycle();
        }

        @Override
        protected long compute(WorkItem item, long ready) {
            long work = (long) item.counts()[SerialDataflow.PRODUCTS] + item.counts()[SerialDataflow.OPERANDS];
            return occupy(0, item, ready, (work + macs - 1) / macs);
        }

        @Override
        protected String track(WorkItem item) {
            return "multipliers";
        }

        @Override
        protected List<ActivityCount> activity() {
            long products = totals[SerialDataflow.PRODUCTS];
            long operands = totals[SerialDataflow.OPERANDS];
            long outputs = totals[SerialDataflow.OUTPUTS];
            return List.of(
                    new ActivityCount(MACS, "multiply-accumulate", products),
                    new ActivityCount("adders", "add", operands),
                    new ActivityCount("postOps", "operation", outputs),
                    // a weight and an input per product
                    new ActivityCount(BUFFER, "read", 2 * products + operands + outputs),
                    new ActivityCount(
                            BUFFER,
                            "write",
                            moved[SerialDataflow.LOAD_WEIGHTS] + moved[SerialDataflow.LOAD_INPUTS] + outputs));
        }
    }
}
