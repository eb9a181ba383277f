package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.DataflowContract;
import org.junit.jupiter.api.Nested;

/** The contract on machines with few and many lanes, and with a filter buffer that forces K-tiles. */
class IsOsDataflowContractTest {
    @Nested
    class FewLanes extends OnGeometry {
        FewLanes() {
            super(TestGeometry.of(4, 1 << 20, 1 << 20));
        }
    }

    @Nested
    class ManyLanes extends OnGeometry {
        ManyLanes() {
            super(TestGeometry.of(64, 1 << 20, 1 << 20));
        }
    }

    @Nested
    class SmallFilterBuffer extends OnGeometry {
        SmallFilterBuffer() {
            super(TestGeometry.of(16, 1 << 20, 1 << 20));
        }

        /** Room for two tiles of one output channel (4 bytes per fiber) of the largest layer, and not much more. */
        @Override
        protected Geometry geometryFor(Workload workload) {
            int fibers = workload.network().layers().stream()
                    .filter(layer -> layer.op() instanceof Convolution)
                    .mapToInt(layer -> layer.filterShape().fibers())
                    .max()
                    .orElse(1);
            return TestGeometry.of(16, 8L * fibers, 1 << 20);
        }
    }

    abstract static class OnGeometry extends DataflowContract {
        private final Geometry geometry;

        OnGeometry(Geometry geometry) {
            this.geometry = geometry;
        }

        @Override
        protected Dataflow dataflow() {
            return new IsOsDataflow();
        }

        @Override
        protected Geometry geometry() {
            return geometry;
        }
    }
}
