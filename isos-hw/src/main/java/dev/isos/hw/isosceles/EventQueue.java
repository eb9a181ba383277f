package dev.isos.hw.isosceles;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Events by cycle, those of one cycle by code. Nearly all are less than {@link #NEAR} cycles ahead: they are in a list for each cycle. */
final class EventQueue {
    private static final int NEAR = 1 << 12;

    private record Event(long cycle, long code) {}

    private final PriorityQueue<Event> far =
            new PriorityQueue<>(Comparator.comparingLong(Event::cycle).thenComparingLong(Event::code));

    /** Of each near cycle, by its remainder: place of the first event, or -1. */
    private final int[] first = new int[NEAR];

    /** A bit for each near cycle that has events. */
    private final long[] filled = new long[NEAR / Long.SIZE];

    // by place: an event, and the place of the one that follows in its cycle, or -1; places that are free form a list
    // too
    private long[] codes = new long[256];
    private int[] next = new int[256];
    private int free = -1;
    private int places;

    /** Of the event that was removed last; none comes before it. */
    private long now;

    /** The first near cycle that has events. */
    private long nearest = Long.MAX_VALUE;

    EventQueue() {
        Arrays.fill(first, -1);
    }

    boolean isEmpty() {
        return nearest == Long.MAX_VALUE && far.isEmpty();
    }

    /** Cycle of the first event. */
    long cycle() {
        return far.isEmpty() ? nearest : Math.min(nearest, far.peek().cycle());
    }

    /** Adds an event of a kind, about a lane or an item; its cycle is none before that of the last event. */
    void add(long cycle, int kind, int about) {
        add(cycle, (long) kind << Integer.SIZE | about);
    }

    /** Kind of an event. */
    static int kind(long code) {
        return (int) (code >>> Integer.SIZE);
    }

    /** What an event is about. */
    static int about(long code) {
        return (int) code;
    }

    private void add(long cycle, long code) {
        if (cycle < now) {
            throw new IllegalArgumentException("an event of cycle " + cycle + " comes in cycle " + now);
        }
        if (cycle - now >= NEAR) {
            far.add(new Event(cycle, code));
            return;
        }
        int place = place();
        int slot = slot(cycle);
        int before = -1;
        int after = first[slot];
        while (after >= 0 && codes[after] < code) {
            before = after;
            after = next[after];
        }
        codes[place] = code;
        next[place] = after;
        if (before < 0) {
            first[slot] = place;
        } else {
            next[before] = place;
        }
        filled[slot / Long.SIZE] |= 1L << slot;
        nearest = Math.min(nearest, cycle);
    }

    private int place() {
        if (free < 0) {
            if (places == codes.length) {
                codes = Arrays.copyOf(codes, 2 * places);
                next = Arrays.copyOf(next, 2 * places);
            }
            return places++;
        }
        int place = free;
        free = next[place];
        return place;
    }

    private static int slot(long cycle) {
        return (int) cycle & NEAR - 1;
    }

    /** Removes the first event and returns its code. */
    long remove() {
        now = cycle();
        int slot = slot(now);
        int place = first[slot];
        if (now != nearest
                || !far.isEmpty() && far.peek().cycle() == now && far.peek().code() < codes[place]) {
            return far.remove().code();
        }
        first[slot] = next[place];
        next[place] = free;
        free = place;
        if (first[slot] < 0) {
            filled[slot / Long.SIZE] &= ~(1L << slot);
            nearest = nearestFrom(slot);
        }
        return codes[place];
    }

    /** The first near cycle from now on that has events. */
    private long nearestFrom(int slot) {
        int word = slot / Long.SIZE;
        long bits = filled[word] & -1L << slot;
        for (int words = 0; bits == 0; words++) {
            if (words == filled.length) {
                return Long.MAX_VALUE;
            }
            word = (word + 1) % filled.length;
            bits = filled[word];
        }
        return now + (word * Long.SIZE + Long.numberOfTrailingZeros(bits) - slot & NEAR - 1);
    }
}
