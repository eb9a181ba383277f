package dev.isos.core.loopnest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The slow, obvious twin of {@link NestWalk}: runs the loops outside a buffer one iteration after the other, enumerates the
 * products inside, and keeps the buffer's content as a set of elements.
 */
final class WalkedNest {
    private final LayerShape shape;
    private final List<Object> outside;
    private final LoopNest nest;
    private final Operand operand;
    private final List<Set<Integer>> used;
    private Set<List<Integer>> content = Set.of();
    long fetches;
    long peak;
    long points;

    /** One product: where it stands on every rank. */
    record Point(Map<Rank, Integer> at) {
        List<Integer> element(Operand operand, int kernelRows) {
            return switch (operand) {
                case I -> List.of(at.get(Rank.G), at.get(Rank.C), at.get(Rank.H), at.get(Rank.W));
                case F -> List.of(at.get(Rank.G), at.get(Rank.C), at.get(Rank.K), at.get(Rank.R), at.get(Rank.S));
                case O -> List.of(at.get(Rank.G), at.get(Rank.K), at.get(Rank.P), at.get(Rank.Q));
                case T ->
                    List.of(
                            at.get(Rank.G),
                            at.get(Rank.K),
                            at.get(Rank.H) * kernelRows + at.get(Rank.R),
                            at.get(Rank.Q));
            };
        }
    }

    WalkedNest(LayerShape shape, List<StepLoop> steps, LoopNest nest, Operand operand, int level) {
        this.shape = shape;
        this.nest = nest;
        this.operand = operand;
        List<Object> loops = new ArrayList<>(steps);
        loops.addAll(nest.loops());
        outside = loops.subList(0, level);
        Map<Rank, Span> whole = new EnumMap<>(Rank.class);
        for (Rank rank : Rank.values()) {
            whole.put(rank, new Span(0, shape.extent(rank)));
        }
        used = coordinates(legal(shape, whole));
        run(0, whole);
    }

    private void run(int depth, Map<Rank, Span> box) {
        if (depth == outside.size()) {
            List<Point> legal = legal(shape, box);
            if (!legal.isEmpty()) {
                hold(legal, box);
            }
            return;
        }
        Object loop = outside.get(depth);
        Rank rank = loop instanceof StepLoop s ? s.rank() : ((Loop) loop).rank();
        Span left = box.get(rank);
        List<Span> iterations = new ArrayList<>();
        if (loop instanceof StepLoop s) {
            iterations.addAll(s.spans());
        } else {
            for (int x = left.from(); x < left.to(); x += ((Loop) loop).step()) {
                iterations.add(new Span(x, x + ((Loop) loop).step()));
            }
        }
        for (Span span : iterations) {
            int from = Math.max(left.from(), span.from());
            int to = Math.min(left.to(), span.to());
            if (from < to) {
                Map<Rank, Span> inner = new EnumMap<>(box);
                inner.put(rank, new Span(from, to));
                run(depth + 1, inner);
            }
        }
    }

    private void hold(List<Point> legal, Map<Rank, Span> box) {
        points += legal.size();
        List<Set<Integer>> ranks = coordinates(legal);
        Set<List<Integer>> next = new HashSet<>(Set.of(List.of()));
        for (int i = 0; i < ranks.size(); i++) {
            TreeSet<Integer> touched = (TreeSet<Integer>) ranks.get(i);
            Span walked = walked(i, box);
            int first = walked == null ? touched.first() : walked.from();
            int last = walked == null ? touched.last() : walked.to() - 1;
            Set<List<Integer>> longer = new HashSet<>();
            for (List<Integer> prefix : next) {
                for (int x = first; x <= last; x++) {
                    if (used.get(i).contains(x)) {
                        List<Integer> element = new ArrayList<>(prefix);
                        element.add(x);
                        longer.add(element);
                    }
                }
            }
            next = longer;
        }
        for (List<Integer> element : next) {
            fetches += content.contains(element) ? 0 : 1;
        }
        peak = Math.max(peak, next.size());
        content = next;
    }

    /** What loops leave of a coordinate of an element, or null where it follows from others. */
    private Span walked(int coordinate, Map<Rank, Span> box) {
        boolean rows = nest.walksInputs(Axis.ROWS);
        boolean columns = nest.walksInputs(Axis.COLUMNS);
        Span r = box.get(Rank.R);
        return switch (operand) {
            case I ->
                List.of(
                                Optional.of(box.get(Rank.G)),
                                Optional.of(box.get(Rank.C)),
                                rows ? Optional.of(box.get(Rank.H)) : Optional.<Span>empty(),
                                columns ? Optional.of(box.get(Rank.W)) : Optional.<Span>empty())
                        .get(coordinate)
                        .orElse(null);
            case F -> coordinate < 3 ? box.get(List.of(Rank.G, Rank.C, Rank.K).get(coordinate)) : null;
            case O ->
                List.of(
                                Optional.of(box.get(Rank.G)),
                                Optional.of(box.get(Rank.K)),
                                rows ? Optional.<Span>empty() : Optional.of(box.get(Rank.P)),
                                columns ? Optional.<Span>empty() : Optional.of(box.get(Rank.Q)))
                        .get(coordinate)
                        .orElse(null);
            case T ->
                List.of(
                                Optional.of(box.get(Rank.G)),
                                Optional.of(box.get(Rank.K)),
                                rows ? Optional.of(pairs(box.get(Rank.H), r)) : Optional.<Span>empty(),
                                columns ? Optional.<Span>empty() : Optional.of(box.get(Rank.Q)))
                        .get(coordinate)
                        .orElse(null);
        };
    }

    private Span pairs(Span h, Span r) {
        int kernel = shape.window().rows();
        return new Span(h.from() * kernel + r.from(), (h.to() - 1) * kernel + r.to());
    }

    private List<Set<Integer>> coordinates(List<Point> legal) {
        List<Set<Integer>> ranks = new ArrayList<>();
        for (Point point : legal) {
            List<Integer> element = point.element(operand, shape.window().rows());
            for (int i = 0; i < element.size(); i++) {
                if (ranks.size() == i) {
                    ranks.add(new TreeSet<>());
                }
                ranks.get(i).add(element.get(i));
            }
        }
        return ranks;
    }

    /** Every product inside a box whose input lies on the map. */
    static List<Point> legal(LayerShape shape, Map<Rank, Span> box) {
        List<Point> legal = new ArrayList<>();
        int[] at = new int[Rank.values().length];
        legal(shape, box, 0, at, legal);
        return legal;
    }

    private static void legal(LayerShape shape, Map<Rank, Span> box, int depth, int[] at, List<Point> found) {
        if (depth == at.length) {
            Map<Rank, Integer> point = new EnumMap<>(Rank.class);
            for (Rank rank : Rank.values()) {
                point.put(rank, at[rank.ordinal()]);
            }
            found.add(new Point(point));
            return;
        }
        Rank rank = Rank.values()[depth];
        for (int x = box.get(rank).from(); x < box.get(rank).to(); x++) {
            at[depth] = x;
            boolean fits = switch (rank) {
                case R -> shape.window().inputRow(at[Rank.P.ordinal()], x) == at[Rank.H.ordinal()];
                case S -> shape.window().inputColumn(at[Rank.Q.ordinal()], x) == at[Rank.W.ordinal()];
                default -> true;
            };
            if (fits) {
                legal(shape, box, depth + 1, at, found);
            }
        }
    }
}
