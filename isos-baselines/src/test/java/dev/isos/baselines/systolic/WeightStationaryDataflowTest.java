package dev.isos.baselines.systolic;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.testkit.DataflowContract;

class WeightStationaryDataflowTest extends DataflowContract {
    @Override
    protected Dataflow dataflow() {
        return new SystolicDataflow(Stationarity.WEIGHT);
    }

    @Override
    protected Geometry geometry() {
        return SystolicHarness.model(
                        "rows=5", "columns=3", "inputBuffer=100 B", "filterBuffer=60 B", "outputBuffer=64 B")
                .geometry();
    }
}
