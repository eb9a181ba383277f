package dev.isos.baselines.sparten;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.testkit.DataflowContract;

class SparTenDataflowTest extends DataflowContract {
    @Override
    protected Dataflow dataflow() {
        return new SparTenDataflow();
    }

    @Override
    protected Geometry geometry() {
        return SparTenHarness.model("clusters=3", "units=4", "onChipBuffer=200 B")
                .geometry();
    }
}
