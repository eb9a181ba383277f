package dev.isos.hw.isosceles;

import java.util.Arrays;
import java.util.List;

/** The built-in scheduling policies. */
public enum Scheduling implements SchedulingPolicy {
    /** Deepest layer, then oldest wavefront, then row: drains the pipeline, so that queues stay short. */
    DEEPEST_FIRST("deepest-first") {
        @Override
        public long rank(int depth, int step, int row) {
            return ((long) (MAX_DEPTH - 1 - depth) << 48) | ((long) step << 20) | row;
        }
    },
    /** As deepest first, but a front end prefers tasks whose filters are being multicast: spares the filter buffer's port. */
    MULTICAST_FIRST("multicast-first") {
        @Override
        public long rank(int depth, int step, int row) {
            return DEEPEST_FIRST.rank(depth, step, row);
        }

        @Override
        public boolean joinsMulticasts() {
            return true;
        }
    },
    /** Oldest wavefront, then deepest layer, then row: keeps the layers of a segment abreast. */
    OLDEST_WAVEFRONT("oldest-wavefront") {
        @Override
        public long rank(int depth, int step, int row) {
            return ((long) step << 32) | ((long) (MAX_DEPTH - 1 - depth) << 20) | row;
        }
    };

    private final String id;

    Scheduling(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    /** Ids of all of them. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Scheduling::id).toList();
    }

    public static Scheduling of(String id) {
        return Arrays.stream(values())
                .filter(s -> s.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scheduling '" + id + "', known: " + ids()));
    }
}
