package dev.isos.support.machine;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import java.util.List;
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

    /**
     * What the components did in a run, DRAM left out.
     *
     * @param totals sum of each count over all items
     * @param moved off-chip bytes of each phase
     * @return counts of the machine's components
     */
    protected abstract List<ActivityCount> activity(long[] totals, long[] moved);

    @Override
    public final MachineRun begin(RunRequest request, WorkSchema items) {
        SimpleMachine machine = this;
        return new OrderedRun(spec().model(), this, request, 1) {
            @Override
            protected long compute(WorkItem item, long ready) {
                return occupy(0, item, ready, cycles(item));
            }

            @Override
            protected String track(WorkItem item) {
                return "unit";
            }

            @Override
            protected List<ActivityCount> activity() {
                return machine.activity(totals, moved);
            }
        };
    }
}
