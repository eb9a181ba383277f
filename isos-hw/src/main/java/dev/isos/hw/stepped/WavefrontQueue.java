package dev.isos.hw.stepped;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The queue of one tensor in one lane. Contract: space is given in the order of the wavefronts (step, row, arrival), when the
 * next task is ready and its fiber fits, or when the queue is empty; the bytes of a fiber stay until its last user has
 * ended; never more than the capacity is taken, unless by a single fiber.
 */
final class WavefrontQueue {
    private static final Comparator<Task> ORDER = Comparator.<Task>comparingInt(t -> t.step)
            .thenComparingInt(t -> t.row)
            .thenComparingInt(t -> t.number);

    private final long capacityBytes;
    private final List<Task> order = new ArrayList<>();
    private int next;
    private long usedBytes;
    private int fibers;

    WavefrontQueue(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** Announces a task that will need space. */
    void expect(Task task) {
        order.add(task);
    }

    /** All tasks have been announced. */
    void sort() {
        order.sort(ORDER);
    }

    /** Gives space to the task whose turn it is and returns it, or returns null when it has to wait. */
    Task admit() {
        if (next == order.size()) {
            return null;
        }
        Task task = order.get(next);
        boolean fits = usedBytes == 0 || usedBytes + task.heldBytes <= capacityBytes;
        if (!task.ready || !fits) {
            return null;
        }
        usedBytes += task.heldBytes;
        fibers++;
        Law.holds(usedBytes <= capacityBytes || fibers == 1, "a queue holds " + usedBytes + " of " + capacityBytes);
        next++;
        return task;
    }

    void release(Task task) {
        usedBytes -= task.heldBytes;
        fibers--;
        Law.holds(usedBytes >= 0, "a queue holds " + usedBytes + " bytes");
    }

    boolean isEmpty() {
        return usedBytes == 0;
    }

    /** The task at whose turn it is to get space, or null. */
    Task first() {
        return next == order.size() ? null : order.get(next);
    }

    /** The oldest task that keeps its space, or null. */
    Task holder() {
        return order.subList(0, next).stream()
                .filter(t -> !t.ended || t.waitersLeft > 0)
                .findFirst()
                .orElse(null);
    }

    /** For messages. */
    @Override
    public String toString() {
        return usedBytes + " of " + capacityBytes + " are taken";
    }
}
