package dev.isos.api.hardware;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a component does in a run, as a formula over counts, such as {@code 2 * products + operands}: a sum of counts, each with or
 * without a factor. The counts are the metrics of the dataflow's {@linkplain dev.isos.api.dataflow.WorkSchema schema}, summed over
 * all items; {@code PHASE.bytes}, the off-chip bytes that the items of a phase move; {@link #READ} and {@link #WRITTEN}; and what
 * the machine counts itself ({@link MachineReport#counts}). Immutable.
 *
 * @param component name of a {@link Component}
 * @param action what it does, for example {@code read}, {@code write}, {@code multiply-accumulate}
 * @param formula how often; for storages and links in bytes
 */
public record Activity(String component, String action, String formula) {
    /** Count of all bytes that are read off chip. */
    public static final String READ = "read.bytes";

    /** Count of all bytes that are written off chip. */
    public static final String WRITTEN = "written.bytes";

    /** Formulas that were read before: machines of a sweep have the same. */
    private static final Map<String, List<Term>> KNOWN = new ConcurrentHashMap<>();

    private static final int MOST_KNOWN = 1000;

    private static final Pattern TERM = Pattern.compile("(?:([0-9]+(?:\\.[0-9]+)?) \\* )?([A-Za-z][A-Za-z0-9.-]*)");

    /**
     * @param factor what one of the count stands for
     * @param count its name
     */
    public record Term(double factor, String count) {}

    /**
     * Checks the formula.
     *
     * @param component name of a {@link Component}
     * @param action what it does
     * @param formula sum of counts
     * @throws IllegalArgumentException if the formula is no such sum
     */
    public Activity {
        terms(formula);
    }

    /**
     * The off-chip memory reads and writes what the items ask for.
     *
     * @param component name of the memory
     * @return its actions {@code read} and {@code write}, in bytes
     */
    public static List<Activity> offChip(String component) {
        return List.of(new Activity(component, "read", READ), new Activity(component, "write", WRITTEN));
    }

    /** {@return the formula's terms in its order; at least one} */
    public List<Term> terms() {
        return terms(formula);
    }

    private static List<Term> terms(String formula) {
        List<Term> known = KNOWN.get(formula);
        if (known == null) {
            known = parse(formula);
            if (KNOWN.size() < MOST_KNOWN) {
                KNOWN.put(formula, known);
            }
        }
        return known;
    }

    private static List<Term> parse(String formula) {
        List<Term> terms = new ArrayList<>();
        for (String text : formula.split(" \\+ ", -1)) {
            Matcher term = TERM.matcher(text);
            if (!term.matches()) {
                throw new IllegalArgumentException("formula '" + formula + "': expected COUNT or NUMBER * COUNT between"
                        + " plus signs, got '" + text + "'");
            }
            terms.add(new Term(term.group(1) == null ? 1 : Double.parseDouble(term.group(1)), term.group(2)));
        }
        return List.copyOf(terms);
    }

    /**
     * How often the component does it.
     *
     * @param counts all counts by name
     * @return the sum, rounded to the nearest whole number
     * @throws IllegalArgumentException naming the count that there is not
     */
    public ActivityCount evaluate(Map<String, Long> counts) {
        double sum = 0;
        for (Term term : terms()) {
            Long count = counts.get(term.count());
            if (count == null) {
                throw new IllegalArgumentException("'" + action + "' of '" + component + "' is " + formula
                        + ", but nobody counts '" + term.count() + "'");
            }
            sum += term.factor() * count;
        }
        return new ActivityCount(component, action, Math.round(sum));
    }
}
