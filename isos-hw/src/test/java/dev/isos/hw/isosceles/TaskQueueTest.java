package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
    private record Task(long rank, int item) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return rank != other.rank ? Long.compare(rank, other.rank) : Integer.compare(item, other.item);
        }
    }

    @Test
    void behavesLikeASortedSet() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TaskQueue queue = new TaskQueue();
            TreeSet<Task> expected = new TreeSet<>();
            long[] ranks = new long[2000];
            for (int item = 0; item < ranks.length; item++) {
                ranks[item] = random.nextInt(50);
                queue.add(ranks[item], item);
                expected.add(new Task(ranks[item], item));
                while (!expected.isEmpty() && random.nextInt(100) < 45) {
                    assertEquals(expected.first().item(), queue.first(), "seed " + seed);
                    assertEquals(expected.pollFirst().item(), queue.remove(), "seed " + seed);
                }
                assertEquals(expected.isEmpty(), queue.isEmpty(), "seed " + seed);
            }
            while (!expected.isEmpty()) {
                assertEquals(expected.pollFirst().item(), queue.remove(), "seed " + seed);
            }
            assertTrue(queue.isEmpty());
        }
    }
}
