package dev.isos.core.dataflow.isos;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
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
            super(TestGeometry.of(16, 4000, 1 << 16));
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
