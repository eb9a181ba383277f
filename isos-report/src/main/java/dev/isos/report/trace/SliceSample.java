package dev.isos.report.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The slices of a run, at most a given number of them. Transfers of a burst, which follow one another without a gap for the same
 * layer and phase, are one slice. When there are more, first slices of a track that follow one another
 * without a gap, for the same layer and phase, are joined, which loses no time; then only every 2nd, 4th, 8th ... of several
 * like units is kept; then only windows of time. What is kept depends on the run alone. Sums over all slices are kept by
 * {@link Track} whatever is left out.
 */
final class SliceSample {
    /** Length of the windows of time that are kept at last, cycles. */
    static final long WINDOW_CYCLES = 4096;

    private static final int MOST_DOUBLINGS = 40;

    private final int limit;
    private final Map<String, Track> tracksByName = new LinkedHashMap<>();
    private final List<Track> tracks = new ArrayList<>();
    private final Map<String, Integer> phasesByName = new LinkedHashMap<>();
    private final List<String> phases = new ArrayList<>();

    private int size;
    private int[] track = new int[1024];
    private int[] layer = new int[1024];
    private int[] phase = new int[1024];
    private int[] count = new int[1024];
    private long[] start = new long[1024];
    private long[] end = new long[1024];
    private long[] bytes = new long[1024];
    private int[] lastOfTrack = new int[16];

    private boolean joins;
    private int everyNth = 1;
    private int mostMembers = 1;
    private int windowDoublings;
    private boolean full;
    private long fullFrom;

    SliceSample(int limit) {
        this.limit = limit;
    }

    void add(String name, boolean port, int ofLayer, String phaseId, long from, long to, long moved) {
        Track on = tracksByName.get(name);
        if (on == null) {
            on = addTrack(name, port);
        }
        on.slices++;
        on.busyCycles += to - from;
        on.bytes += moved;
        if (full || !keeps(on, from)) {
            return;
        }
        Integer known = phasesByName.get(phaseId);
        int code = known == null ? addPhase(phaseId) : known;
        put(on.id, ofLayer, code, 1, from, to, moved);
        while (size >= limit && !full) {
            reduce(from);
        }
    }

    private Track addTrack(String name, boolean port) {
        Track added = new Track(tracks.size(), name, port);
        tracks.add(added);
        tracksByName.put(name, added);
        mostMembers = Math.max(mostMembers, added.member + 1);
        if (tracks.size() > lastOfTrack.length) {
            lastOfTrack = Arrays.copyOf(lastOfTrack, 2 * lastOfTrack.length);
        }
        lastOfTrack[added.id] = -1;
        return added;
    }

    private int addPhase(String id) {
        phases.add(id);
        phasesByName.put(id, phases.size() - 1);
        return phases.size() - 1;
    }

    private boolean keeps(Track on, long from) {
        boolean unit = on.member < 0 || on.member % everyNth == 0;
        return unit && (from / WINDOW_CYCLES & (1L << windowDoublings) - 1) == 0;
    }

    /** Appends a slice, or joins it to the last one of its track. */
    private void put(int on, int ofLayer, int code, int slices, long from, long to, long moved) {
        int last = lastOfTrack[on];
        // the transfers of a burst are one from the start
        boolean burst = tracks.get(on).port;
        if ((joins || burst) && last >= 0 && end[last] == from && layer[last] == ofLayer && phase[last] == code) {
            end[last] = to;
            count[last] += slices;
            bytes[last] += moved;
            return;
        }
        if (size == track.length) {
            grow();
        }
        track[size] = on;
        layer[size] = ofLayer;
        phase[size] = code;
        count[size] = slices;
        start[size] = from;
        end[size] = to;
        bytes[size] = moved;
        lastOfTrack[on] = size++;
    }

    private void grow() {
        int capacity = 2 * size;
        track = Arrays.copyOf(track, capacity);
        layer = Arrays.copyOf(layer, capacity);
        phase = Arrays.copyOf(phase, capacity);
        count = Arrays.copyOf(count, capacity);
        start = Arrays.copyOf(start, capacity);
        end = Arrays.copyOf(end, capacity);
        bytes = Arrays.copyOf(bytes, capacity);
    }

    /** Leaves out more, until there is room again. */
    private void reduce(long now) {
        do {
            if (!joins) {
                joins = true;
            } else if (everyNth < mostMembers) {
                everyNth *= 2;
            } else if (windowDoublings < MOST_DOUBLINGS) {
                windowDoublings++;
            } else {
                full = true;
                fullFrom = now;
                return;
            }
            int all = size;
            size = 0;
            Arrays.fill(lastOfTrack, 0, tracks.size(), -1);
            for (int i = 0; i < all; i++) {
                if (keeps(tracks.get(track[i]), start[i])) {
                    put(track[i], layer[i], phase[i], count[i], start[i], end[i], bytes[i]);
                }
            }
        } while (size > limit / 4 * 3);
    }

    int size() {
        return size;
    }

    List<Track> tracks() {
        return tracks;
    }

    Track track(int i) {
        return tracks.get(track[i]);
    }

    int layer(int i) {
        return layer[i];
    }

    String phase(int i) {
        return phases.get(phase[i]);
    }

    /** How many slices of the run this one stands for. */
    int count(int i) {
        return count[i];
    }

    long start(int i) {
        return start[i];
    }

    long end(int i) {
        return end[i];
    }

    long bytes(int i) {
        return bytes[i];
    }

    /** Positions of all slices, track by track, each in the order of time. */
    int[] byTrack() {
        int[] next = new int[tracks.size() + 1];
        for (int i = 0; i < size; i++) {
            next[track[i] + 1]++;
        }
        for (int t = 0; t < tracks.size(); t++) {
            next[t + 1] += next[t];
        }
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[next[track[i]]++] = i;
        }
        return order;
    }

    /** Whether every slice of the run is there by itself, or in its burst. */
    boolean complete() {
        return !joins;
    }

    /** What was left out, a phrase each; empty when the sample is complete. */
    List<String> leftOut() {
        List<String> phrases = new ArrayList<>();
        if (joins) {
            phrases.add("slices of a layer that follow one another without a gap are joined");
        }
        if (everyNth > 1) {
            phrases.add(String.format(Locale.ROOT, "of like units, one in %d is there", everyNth));
        }
        if (windowDoublings > 0) {
            phrases.add(String.format(
                    Locale.ROOT,
                    "of every %,d cycles, the first %,d are there",
                    WINDOW_CYCLES << windowDoublings,
                    WINDOW_CYCLES));
        }
        if (full) {
            phrases.add(String.format(Locale.ROOT, "nothing from cycle %,d on is there", fullFrom));
        }
        return phrases;
    }
}
