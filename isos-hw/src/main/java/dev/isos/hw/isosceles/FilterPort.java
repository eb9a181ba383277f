package dev.isos.hw.isosceles;

import dev.isos.api.dataflow.LateReads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The read port of the filter buffer: banks that give one word per cycle each, in the order in which words are asked for, word
 * n of a layer being in bank {@code (n + 7 * depth) mod banks}. Items of one wavefront (layer and step) that start within a
 * window of cycles form a group: a word that one of them has asked for is read once and goes to all of them. An item that
 * starts after the window of its wavefront's last group opens the next one and reads anew.
 *
 * <p>A front end dispatches in the order of its activations, each as soon as all its words are there. Which words belong to
 * which activation is not known here: where words are late, {@link LateReads} is asked.
 */
final class FilterPort {
    /** What the members of a group share; reused for one group after another. */
    private static final class Group {
        private long opened;

        /** Cycle at whose start all words that were asked for have arrived. */
        private long complete;

        /** Cycle at whose start a word has arrived, by word; valid where it was asked for. */
        private long[] arrival = new long[0];

        /** Bits of the words that were asked for. */
        private long[] asked = new long[0];

        private void open(long now, int words) {
            opened = now;
            complete = now;
            int blocks = (words >> 6) + 1;
            if (arrival.length < words) {
                arrival = new long[words];
                asked = new long[blocks];
            } else {
                Arrays.fill(asked, 0, blocks, 0);
            }
        }

        /** Whether every word of a range was asked for. */
        private boolean has(int first, int end) {
            int last = end - 1;
            for (int block = first >> 6; block <= last >> 6; block++) {
                long wanted = -1L;
                if (block == first >> 6) {
                    wanted &= -1L << first;
                }
                if (block == last >> 6) {
                    wanted &= -1L >>> ~last;
                }
                if ((wanted & ~asked[block]) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Layers start at different banks, so that first words do not all meet in bank 0. */
    private static final int BANKS_BETWEEN_LAYERS = 7;

    private final int banks;
    private final long windowCycles;

    /** Cycle from which on a bank has nothing to read. */
    private final long[] free;

    private final List<Group> pool = new ArrayList<>();
    private Group[] groups = new Group[0];

    /** Items of each wavefront that have not started. */
    private int[] itemsLeft = new int[0];

    private long wordsRead;

    // for the listener: what the last item had read
    private long servedFrom;
    private long servedTo;
    private long toldUntil;
    private long servedWords;

    FilterPort(int banks, long windowCycles) {
        this.banks = banks;
        this.windowCycles = windowCycles;
        this.free = new long[banks];
    }

    /**
     * Forgets all groups and expects those of other wavefronts.
     *
     * @param items front-end items of each wavefront
     */
    void reset(int[] items) {
        groups = new Group[items.length];
        itemsLeft = items;
    }

    /** Whether an item of the wavefront that starts now would join a group. */
    boolean multicasts(long now, int wavefront) {
        return groups[wavefront] != null && now <= groups[wavefront].opened + windowCycles;
    }

    /**
     * An item of a wavefront starts.
     *
     * @param depth position of its layer in the segment
     * @param words words of its layer's filters
     * @param reads pairs of first and end of the words that it reads, at {@code from .. to}
     * @param cycles cycles for which it keeps its front end busy when nothing is missing
     * @param lateReads tells how long it takes when words are late; if null, it does nothing before its last word has come
     * @param number of the item at {@code lateReads}
     * @return cycle at whose start it has ended
     */
    long end(
            long now,
            int wavefront,
            int depth,
            int words,
            int[] reads,
            int from,
            int to,
            int cycles,
            LateReads lateReads,
            int number) {
        itemsLeft[wavefront]--;
        long end = now + cycles;
        servedWords = 0;
        toldUntil = servedTo;
        if (to > from) {
            if (!multicasts(now, wavefront)) {
                open(now, wavefront, words);
            }
            Group group = groups[wavefront];
            long latest = read(now, group, depth, reads, from, to);
            // what is read in the cycle of the start is there in time
            if (latest > now + 1) {
                int steps = lateReads == null
                        ? (int) (latest - now - 1) + cycles
                        : lateReads.steps(number, now, group.arrival);
                end = Math.max(end, now + steps);
            }
        }
        if (itemsLeft[wavefront] == 0 && groups[wavefront] != null) {
            pool.add(groups[wavefront]);
            groups[wavefront] = null;
        }
        return end;
    }

    private void open(long now, int wavefront, int words) {
        Group group = groups[wavefront];
        if (group == null) {
            group = pool.isEmpty() ? new Group() : pool.remove(pool.size() - 1);
            groups[wavefront] = group;
        }
        group.open(now, words);
    }

    /** Asks for words; returns the cycle at whose start the last of them has arrived, at least the one after the start. */
    private long read(long now, Group group, int depth, int[] reads, int from, int to) {
        long latest = now + 1;
        for (int i = from; i < to; i += 2) {
            int first = reads[i];
            int last = reads[i + 1];
            if (group.complete > now || !group.has(first, last)) {
                int bank = (first + BANKS_BETWEEN_LAYERS * depth) % banks;
                for (int word = first; word < last; word++) {
                    latest = Math.max(latest, arrival(now, group, word, bank));
                    bank = bank + 1 == banks ? 0 : bank + 1;
                }
            }
        }
        return latest;
    }

    private long arrival(long now, Group group, int word, int bank) {
        long bit = 1L << word;
        if ((group.asked[word >> 6] & bit) == 0) {
            group.asked[word >> 6] |= bit;
            free[bank] = Math.max(free[bank], now) + 1;
            group.arrival[word] = free[bank];
            group.complete = Math.max(group.complete, free[bank]);
            wordsRead++;
            serve(free[bank]);
        }
        return group.arrival[word];
    }

    /** A word is read in the cycle before {@code end}; a cycle in which words of several items are read belongs to the first. */
    private void serve(long end) {
        servedFrom =
                servedWords++ == 0 ? Math.max(toldUntil, end - 1) : Math.min(servedFrom, Math.max(toldUntil, end - 1));
        servedTo = Math.max(servedTo, end);
    }

    /** Words that were read from the banks for the last item, and not multicast to it. */
    long servedWords() {
        return servedWords;
    }

    /** Cycle in which their reading began; one in which words of several items are read belongs to the first of them. */
    long servedFrom() {
        return servedFrom;
    }

    /** Cycle after the one in which their reading ends, not before {@link #servedFrom()}. */
    long servedTo() {
        return servedTo;
    }

    /** Words read from the banks; what is multicast counts once. */
    long wordsRead() {
        return wordsRead;
    }
}
