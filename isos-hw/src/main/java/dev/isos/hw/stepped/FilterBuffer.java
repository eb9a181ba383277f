package dev.isos.hw.stepped;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.core.dataflow.isos.IsOsWork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shared filter buffer: words of {@code wordBytes}, word n in bank n mod banks, one word per bank and cycle. Requests wait
 * at their bank in the order in which they came. Multicast: front ends that work on the same wavefront (layer and step) and
 * start within a window of cycles form a group; a word that one of them has asked for is read once and goes to all of the
 * group that want it, also to those that ask later. A front end that starts after the window opens a new group and reads
 * anew.
 *
 * <p>Contract: filters that are being loaded or in use never exceed the capacity, unless a single load is larger.
 */
final class FilterBuffer {
    /** Words that the members of a group share. */
    private static final class Group {
        final long opened;
        final Map<Long, Word> words = new HashMap<>();

        Group(long opened) {
            this.opened = opened;
        }
    }

    /** A word that was asked for: read, or waiting at its bank together with those who want it. */
    private static final class Word {
        boolean read;
        final List<Listener> listeners = new ArrayList<>();
    }

    private record Listener(FrontEnd frontEnd, int activation) {}

    private final int banks;
    private final long wordBytes;
    private final long windowCycles;
    private final long capacityBytes;
    private final List<Deque<Word>> waiting = new ArrayList<>();
    private final Map<Long, Group> groups = new HashMap<>();
    private long usedBytes;
    private long prefetchedBytes;

    long wordsRead;
    long wordsDelivered;
    long bytesWritten;

    // for the listener: since when words have been read without a pause, how many, and until when
    private final SimulationListener listener;
    private long readingFrom;
    private long readingTo;
    private long wordsOfReading;
    private long toldBytes;

    FilterBuffer(int banks, long wordBytes, long windowCycles, long capacityBytes, SimulationListener listener) {
        this.listener = listener;
        this.banks = banks;
        this.wordBytes = wordBytes;
        this.windowCycles = windowCycles;
        this.capacityBytes = capacityBytes;
        for (int bank = 0; bank < banks; bank++) {
            waiting.add(new ArrayDeque<>());
        }
    }

    /** A segment begins: nobody shares words with the one before. */
    void begin() {
        groups.clear();
    }

    private static long wavefront(int depth, int step) {
        return (long) depth << 32 | step;
    }

    /** Whether a front end that starts on a wavefront now would join a group. */
    boolean multicasts(int depth, int step, long cycle) {
        Group group = groups.get(wavefront(depth, step));
        return group != null && open(group, cycle);
    }

    private boolean open(Group group, long cycle) {
        return cycle <= group.opened + windowCycles;
    }

    /**
     * A front end that starts now asks for bytes {@code from .. to} of the filters of its layer.
     *
     * @return the number of words that it has to wait for, each of which will be announced to it
     */
    int request(FrontEnd frontEnd, int activation, int depth, int step, long from, long to, long cycle) {
        Group group = groups.get(wavefront(depth, step));
        if (group == null || !open(group, cycle)) {
            group = new Group(cycle);
            groups.put(wavefront(depth, step), group);
        }
        int missing = 0;
        for (long number = from / wordBytes; number <= (to - 1) / wordBytes; number++) {
            Word word = group.words.get(number);
            if (word == null) {
                word = new Word();
                group.words.put(number, word);
                // layers start at different banks, so that first words do not all meet in bank 0
                waiting.get((int) ((number + 7L * depth) % banks)).add(word);
            }
            wordsDelivered++;
            if (!word.read) {
                word.listeners.add(new Listener(frontEnd, activation));
                missing++;
            }
        }
        return missing;
    }

    /** One cycle: every bank reads the first word that is asked of it and multicasts it. */
    boolean step(long cycle) {
        boolean active = false;
        long before = wordsRead;
        for (int bank = 0; bank < banks; bank++) {
            Word word = waiting.get(bank).poll();
            if (word != null) {
                word.read = true;
                wordsRead++;
                active = true;
                for (Listener listener : word.listeners) {
                    listener.frontEnd().wordArrived(listener.activation());
                }
                word.listeners.clear();
            }
        }
        if (active) {
            if (readingTo != cycle) {
                endReading();
                readingFrom = cycle;
            }
            readingTo = cycle + 1;
            wordsOfReading += wordsRead - before;
        }
        return active;
    }

    /** Tells the listener of a time without a pause in which words were read, whatever layers wanted them. */
    private void endReading() {
        if (wordsOfReading > 0) {
            listener.onTransfer(
                    "filter buffer/port",
                    -1,
                    IsOsWork.PHASES.get(IsOsWork.FRONTEND).id(),
                    readingFrom,
                    readingTo,
                    wordsOfReading * wordBytes);
        }
        wordsOfReading = 0;
    }

    /** A segment has ended: nothing is being read. */
    void endSegment() {
        endReading();
    }

    /** Tells the listener what the buffer holds, if that has changed. */
    void tell(long cycle) {
        if (toldBytes != usedBytes + prefetchedBytes) {
            toldBytes = usedBytes + prefetchedBytes;
            listener.onOccupancy("filter buffer", Layer.NONE, cycle, toldBytes);
        }
    }

    /** Whether the filters of a load fit beside all others, those that were prefetched included. */
    boolean fits(Task load) {
        return usedBytes == 0
                || usedBytes + prefetchedBytes - load.prefetched + load.filterBufferBytes <= capacityBytes;
    }

    /** A load begins: its space is taken. */
    void reserve(Task load) {
        prefetchedBytes -= load.prefetched;
        Law.holds(
                usedBytes == 0 || usedBytes + prefetchedBytes + load.filterBufferBytes <= capacityBytes,
                "the filter buffer has no room for " + load.filterBufferBytes + " bytes beside " + usedBytes);
        usedBytes += load.filterBufferBytes;
        bytesWritten += load.filterBufferBytes;
    }

    void release(Task load) {
        usedBytes -= load.filterBufferBytes;
        Law.holds(usedBytes >= 0, "the filter buffer holds " + usedBytes + " bytes");
    }

    /** Takes space for prefetched bytes, or returns false when there is none. */
    boolean prefetch(long bytes) {
        if (bytes > capacityBytes - usedBytes - prefetchedBytes) {
            return false;
        }
        prefetchedBytes += bytes;
        return true;
    }

    long usedBytes() {
        return usedBytes;
    }

    long prefetchedBytes() {
        return prefetchedBytes;
    }

    long capacityBytes() {
        return capacityBytes;
    }
}
