package __package__;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.testkit.DataflowContract;
import java.util.Map;

/** Runs the contract of dataflows: right outputs, enough products, enough bytes, on corner cases and random networks. */
class SerialDataflowTest extends DataflowContract {
    @Override
    protected Dataflow dataflow() {
        return new SerialDataflow();
    }

    @Override
    protected Geometry geometry() {
        return new Geometry(Map.of(SerialDataflow.BUFFER_BYTES, 1L << 20));
    }
}
