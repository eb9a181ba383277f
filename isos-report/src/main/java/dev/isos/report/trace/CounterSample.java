package dev.isos.report.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What memories held over time, in at most a given number of points. When there are more, time is divided into windows of 2,
 * 4, 8 ... cycles, and a point has the most that was held in its window; so peaks stay.
 */
final class CounterSample {
    /** A memory, or the queue of one tensor in it. */
    private record Key(String memory, int tensor) {}

    /** Points of one memory: windows in ascending order, the most in it and the last in it. */
    static final class Counter {
        final String memory;
        final int tensor;
        private int size;
        private long[] window = new long[16];
        private long[] most = new long[16];
        private long[] last = new long[16];
        // within the present cycle only the last value counts
        private long cycle;
        private long value;
        private boolean pending;

        private Counter(String memory, int tensor) {
            this.memory = memory;
            this.tensor = tensor;
        }

        private int put(long at, long highest, long latest) {
            if (size > 0 && window[size - 1] == at) {
                most[size - 1] = Math.max(most[size - 1], highest);
                last[size - 1] = latest;
                return 0;
            }
            if (size == window.length) {
                window = Arrays.copyOf(window, 2 * size);
                most = Arrays.copyOf(most, 2 * size);
                last = Arrays.copyOf(last, 2 * size);
            }
            window[size] = at;
            most[size] = highest;
            last[size++] = latest;
            return 1;
        }
    }

    /** Takes the values of one counter in the order of time. */
    interface Values {
        void value(long cycle, long bytes);
    }

    private final int limit;
    private final Map<Key, Counter> counters = new LinkedHashMap<>();
    private int doublings;
    private int points;

    /** @param limit most values that {@link #values} gives of all counters together */
    CounterSample(int limit) {
        this.limit = limit;
    }

    void add(String memory, int tensor, long cycle, long value) {
        Counter counter = counters.computeIfAbsent(new Key(memory, tensor), key -> new Counter(memory, tensor));
        if (counter.pending && counter.cycle != cycle) {
            settle(counter);
        }
        counter.pending = true;
        counter.cycle = cycle;
        counter.value = value;
    }

    private void settle(Counter counter) {
        counter.pending = false;
        points += counter.put(counter.cycle >> doublings, counter.value, counter.value);
        // a point of a longer window may become two values: the most, and what it fell to
        while (points > (doublings == 0 ? limit : limit / 2) && doublings < Long.SIZE - 2) {
            doublings++;
            points = 0;
            for (Counter each : counters.values()) {
                int all = each.size;
                each.size = 0;
                for (int i = 0; i < all; i++) {
                    points += each.put(each.window[i] >> 1, each.most[i], each.last[i]);
                }
            }
        }
    }

    /** All counters, in the order of their first values; settles what is pending. */
    List<Counter> counters() {
        for (Counter counter : counters.values()) {
            if (counter.pending) {
                settle(counter);
            }
        }
        return new ArrayList<>(counters.values());
    }

    /** Gives the values of a counter, each valid until the next. */
    void values(Counter counter, Values to) {
        for (int i = 0; i < counter.size; i++) {
            to.value(counter.window[i] << doublings, counter.most[i]);
            boolean followed = i + 1 < counter.size && counter.window[i + 1] == counter.window[i] + 1;
            if (counter.last[i] != counter.most[i] && !followed) {
                to.value(counter.window[i] + 1 << doublings, counter.last[i]);
            }
        }
    }

    /** Cycles of a window; 1 when every change is there. */
    long windowCycles() {
        return 1L << doublings;
    }
}
