package dev.isos.report.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource of the machine as a thread of the trace. Units of a kind are the threads of one process: {@code lane 3/frontend}
 * becomes thread {@code lane 3} of process {@code lane frontend}, {@code dram/read} thread {@code read} of process
 * {@code dram}.
 */
final class Track {
    private static final Pattern NUMBERED = Pattern.compile("(.*) (\\d{1,9})");
    private static final String MACHINE = "machine";

    final int id;
    final String name;
    final String process;
    final String thread;

    /** Number of a unit among those of its kind, -1 of a resource that there is once. */
    final int member;

    /** Whether it moves bytes rather than computing. */
    final boolean port;

    // everything that happened on it, whether it is in the trace or not
    long slices;
    long busyCycles;
    long bytes;

    Track(int id, String name, boolean port) {
        this.id = id;
        this.name = name;
        this.port = port;
        int slash = name.indexOf('/');
        String unit = slash < 0 ? name : name.substring(0, slash);
        String part = slash < 0 ? "" : name.substring(slash + 1);
        Matcher numbered = NUMBERED.matcher(unit);
        if (numbered.matches()) {
            member = Integer.parseInt(numbered.group(2));
            process = part.isEmpty() ? numbered.group(1) : numbered.group(1) + " " + part;
            thread = unit;
        } else {
            member = -1;
            process = part.isEmpty() ? MACHINE : unit;
            thread = part.isEmpty() ? unit : part;
        }
    }
}
