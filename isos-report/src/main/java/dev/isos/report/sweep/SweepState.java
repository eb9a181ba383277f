package dev.isos.report.sweep;

import dev.isos.report.text.Units;
import java.time.Duration;

/**
 * How far a sweep is.
 *
 * @param done points of which it is known what becomes of them
 * @param total points that are asked for, as far as that is known
 * @param failed those of the done ones that have no run
 * @param stored those of the done ones that were in the store
 * @param elapsed since the sweep began
 * @param left how long it will take, about; negative where that cannot be said
 * @param written when that was so, milliseconds since 1970
 * @param every how often the page is written at present
 * @param silence after which whoever writes the page can be taken to be gone
 */
public record SweepState(
        Phase phase,
        int done,
        int total,
        int failed,
        int stored,
        Duration elapsed,
        Duration left,
        long written,
        Duration every,
        Duration silence) {
    /** What a sweep is doing. */
    public enum Phase {
        RUNNING,
        FINISHED,
        /** The process was told to end. */
        INTERRUPTED,
        FAILED
    }

    /** What the page's script has to know. */
    record Clock(boolean running, long written, long every, long silence) {}

    Clock clock() {
        return new Clock(phase == Phase.RUNNING, written, every.toMillis(), silence.toMillis());
    }

    String heading() {
        return switch (phase) {
            case RUNNING -> "Running";
            case FINISHED -> "Finished";
            case INTERRUPTED -> "Interrupted";
            case FAILED -> "Ended with an error";
        };
    }

    String text() {
        StringBuilder out = new StringBuilder(Units.count(done) + " of " + Units.count(total) + " points");
        if (stored > 0) {
            out.append(", ").append(Units.count(stored)).append(" of them from the store");
        }
        if (failed > 0) {
            out.append(", ").append(Units.count(failed)).append(" failed");
        }
        out.append(phase == Phase.RUNNING ? "; " : " in ").append(words(elapsed));
        if (phase == Phase.RUNNING) {
            out.append(" so far").append(left.isNegative() ? "" : ", about " + words(left) + " left");
        } else if (phase == Phase.INTERRUPTED) {
            out.append("; the same command goes on from there");
        } else if (phase == Phase.FAILED) {
            out.append("; the terminal says why, and the same command goes on from there");
        }
        return out.append('.').toString();
    }

    private static String words(Duration time) {
        if (time.toMinutes() < 1) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 1
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
