package dev.isos.support.machine;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import java.util.Map;

/** A machine with one compute unit, which works through the items in their order beside a DRAM that does the same. */
public abstract class SimpleMachine extends MachineModel {
    /**
     * A model of one configuration.
     *
     * @param spec holds the common parameters and the machine's own
     * @param schema that of its dataflow
     * @param geometry what the dataflow's counts depend on
     */
    protected SimpleMachine(HardwareSpec spec, WorkSchema schema, Map<String, Long> geometry) {
        super(spec, schema, geometry);
    }

    /**
     * How long the unit takes for an item, not negative.
     *
     * @param item of a computing phase; not to be kept
     * @return whole cycles
     */
    protected abstract long cycles(WorkItem item);

    @Override
    public final MachineRun begin(RunRequest request, WorkSchema items) {
        return new OrderedRun(spec().model(), this, request, 1) {
            @Override
            protected long compute(WorkItem item, long ready) {
                return occupy(0, item, ready, cycles(item));
            }

            @Override
            protected String track(WorkItem item) {
                return "unit";
            }
        };
    }
}
