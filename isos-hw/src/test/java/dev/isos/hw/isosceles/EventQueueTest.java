package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {
    private record Event(long cycle, int kind, int about) {}

    /** Of one cycle and of many, near and far, added while others are removed. */
    @ParameterizedTest(name = "at most {0} cycles ahead")
    @ValueSource(ints = {1, 30, 5000, 1_000_000})
    void eventsComeByCycleAndThenByCode(int ahead) {
        SplittableRandom random = new SplittableRandom(ahead);
        EventQueue queue = new EventQueue();
        TreeSet<Event> expected = new TreeSet<>(Comparator.comparingLong(Event::cycle)
                .thenComparing(Event::kind)
                .thenComparing(Event::about));
        long now = 0;
        for (int i = 0; i < 5000; i++) {
            Event event = new Event(
                    now + random.nextInt(random.nextBoolean() ? ahead : Math.min(ahead, 40)),
                    random.nextInt(3),
                    random.nextInt(1 << 20));
            if (expected.add(event)) {
                queue.add(event.cycle(), event.kind(), event.about());
            }
            while (!expected.isEmpty() && random.nextInt(100) < 48) {
                now = expected.first().cycle();
                first(expected.pollFirst(), queue);
            }
            assertEquals(expected.isEmpty(), queue.isEmpty());
        }
        while (!expected.isEmpty()) {
            first(expected.pollFirst(), queue);
        }
        assertTrue(queue.isEmpty());
    }

    private static void first(Event expected, EventQueue queue) {
        assertEquals(expected.cycle(), queue.cycle());
        long code = queue.remove();
        assertEquals(expected.kind(), EventQueue.kind(code));
        assertEquals(expected.about(), EventQueue.about(code));
    }

    @Test
    void noEventComesBeforeTheLast() {
        EventQueue queue = new EventQueue();
        queue.add(7, 0, 0);
        queue.remove();
        queue.add(7, 1, 0);
        assertThrows(IllegalArgumentException.class, () -> queue.add(6, 0, 0));
    }
}
