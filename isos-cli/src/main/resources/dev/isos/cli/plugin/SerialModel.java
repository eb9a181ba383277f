package __package__;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.Activity;
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
import java.util.Set;

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
    protected Set<String> timedBy() {
        return Set.of("products", "operands");
    }

    @Override
    protected List<Activity> onChipActivities() {
        return List.of(
                new Activity(MACS, "multiply-accumulate", "products"),
                new Activity("adders", "add", "operands"),
                new Activity("postOps", "operation", "outputs"),
                // a weight and an input per product
                new Activity(BUFFER, "read", "2 * products + operands + outputs"),
                new Activity(BUFFER, "write", "load-weights.bytes + load-inputs.bytes + outputs"));
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
    }
}
