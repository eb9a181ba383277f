package dev.isos.core.wavefront;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.testkit.DataflowContract;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;

/** The contract on machines with one, few and many lanes, and with memories that force tiles of rows and of K. */
class IsOsDataflowContractTest {
    @Nested
    class OneLane extends OnMachine {
        OneLane() {
            super(1);
        }
    }

    @Nested
    class FewLanes extends OnMachine {
        FewLanes() {
            super(4);
        }
    }

    @Nested
    class ManyLanes extends OnMachine {
        ManyLanes() {
            super(100);
        }
    }

    /** Tiles of one output channel. */
    @Nested
    class SmallFilterBuffer extends OnMachine {
        SmallFilterBuffer() {
            super(16, IsOsSchema.FILTER_BUFFER);
        }
    }

    /** Tiles of one row. */
    @Nested
    class SmallContextArray extends OnMachine {
        SmallContextArray() {
            super(16, IsOsSchema.CONTEXT_ARRAY);
        }
    }

    @Nested
    class SmallQueues extends OnMachine {
        SmallQueues() {
            super(5, IsOsSchema.QUEUES, IsOsSchema.CONTEXT_ARRAY, IsOsSchema.FILTER_BUFFER);
        }
    }

    abstract static class OnMachine extends DataflowContract {
        private final int lanes;
        private final String[] small;
        private final Map<Workload, Geometry> geometries = new IdentityHashMap<>();

        OnMachine(int lanes, String... small) {
            this.lanes = lanes;
            this.small = small;
        }

        @Override
        protected Dataflow dataflow() {
            return new IsOsDataflow();
        }

        @Override
        protected Geometry geometry() {
            return TestGeometry.lanes(lanes);
        }

        @Override
        protected Map<String, Workload> furtherCorners() {
            return WeakSpots.all().stream()
                    .collect(Collectors.toMap(workload -> workload.info().id(), workload -> workload));
        }

        @Override
        protected Geometry geometryFor(Workload workload) {
            return geometries.computeIfAbsent(workload, w -> TestGeometry.tight(w, lanes, Map.of(), small));
        }
    }
}
