package dev.isos.hw.isosceles;

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
    /** A unit takes one task of each layer that has any in turn, the oldest wavefront first: no layer starves. */
    ROUND_ROBIN("round-robin") {
        @Override
        public long rank(int depth, int step, int row) {
            return OLDEST_WAVEFRONT.rank(depth, step, row);
        }

        @Override
        public boolean takesLayersInTurn() {
            return true;
        }
    },
    /** Oldest wavefront, then deepest layer, then row: keeps the layers of a segment abreast. */
    OLDEST_WAVEFRONT("oldest-wavefront") {
        @Override
        public long rank(int depth, int step, int row) {
            return ((long) step << 32) | ((long) (MAX_DEPTH - 1 - depth) << 20) | row;
        }
    },
    /** Every layer of a segment has lanes of its own; a lane takes its oldest wavefront, then row. What the paper argues against. */
    STATIC("static") {
        @Override
        public long rank(int depth, int step, int row) {
            return OLDEST_WAVEFRONT.rank(depth, step, row);
        }

        @Override
        public boolean partitionsLanes() {
            return true;
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
}
