package dev.isos.hw.isosceles;

import dev.isos.api.hardware.MachinePart;
import dev.isos.api.hardware.part.LaneScheduler;
import java.util.Arrays;
import java.util.List;

/** The schedulers that come with the machine. */
final class Schedulers {
    /** As published: in proportion to the vectors that each layer asked for in the last period. */
    static final String PROPORTIONAL = "proportional";

    private Schedulers() {}

    static List<MachinePart<LaneScheduler>> parts() {
        return List.of(
                new MachinePart<>(
                        LaneScheduler.class,
                        PROPORTIONAL,
                        "in proportion to what each layer asked for in the last period",
                        spec -> new Proportional()),
                new MachinePart<>(
                        LaneScheduler.class,
                        "static",
                        "once for all, in proportion to the whole work of each layer",
                        spec -> new Static()));
    }

    private static final class Proportional implements LaneScheduler {
        @Override
        public void begin(long[] vectors, long[] shares) {
            Arrays.fill(shares, 1);
        }

        @Override
        public void divide(long[] done, long[] waiting, long[] shares) {
            for (int layer = 0; layer < shares.length; layer++) {
                shares[layer] = Math.max(1, done[layer] + waiting[layer]);
            }
        }
    }

    private static final class Static implements LaneScheduler {
        @Override
        public void begin(long[] vectors, long[] shares) {
            for (int layer = 0; layer < shares.length; layer++) {
                shares[layer] = Math.max(1, vectors[layer]);
            }
        }

        @Override
        public boolean repeats() {
            return false;
        }

        @Override
        public boolean keepsToShares() {
            return true;
        }
    }
}
