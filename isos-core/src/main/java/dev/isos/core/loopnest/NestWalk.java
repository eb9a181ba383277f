package dev.isos.core.loopnest;

import dev.isos.api.error.IsosException;
import dev.isos.core.loopnest.AxisSpace.Tile;
import dev.isos.core.loopnest.Loop.Mode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts what a layer moves under a loop nest, exactly and without walking it.
 *
 * <p><b>Buffers.</b> A buffer of a tensor at level {@code n} stands inside the {@code n} outermost loops (step loops, then
 * {@link Mode#FOR} loops). It holds the box of the coordinates that the loops inside touch: along a rank of inputs or outputs
 * that loops walk, what they have left of it; along one that follows from others (inputs of a nest over outputs, for example)
 * and along the kernel, from the least to the greatest coordinate touched; in all cases only coordinates that the layer ever
 * uses. When a loop outside advances, what is in the next box but not in the present one is fetched from the level above;
 * iterations that compute nothing leave the buffer as it is. Sliding windows, strides, dilations, padding and tiles cut off at
 * an edge need no further rule.
 *
 * <p><b>Method.</b> Every loop belongs to one {@link Axis}, and a box is the product of its extents along the axes. So the sum
 * of the sizes of all boxes is the product of one sum per axis; and for every loop, so is the sum of what successive boxes
 * have in common when that loop is the one that advances while those inside it start again. Fetches are the first sum minus
 * the others.
 */
public final class NestWalk {
    private static final Axis[] AXES = Axis.values();

    private final LayerShape shape;
    private final LoopNest nest;
    private final int steps;
    /** All loops: step loops first. */
    private final List<RankTraversal> loops = new ArrayList<>();
    /** Tiles along an axis under its outermost loops, by axis and number of loops. */
    private final Map<Axis, List<List<Tile>>> tiles = new EnumMap<>(Axis.class);

    /**
     * @param steps loops shared with the other layers of a segment, outside all loops of the nest
     */
    public NestWalk(LayerShape shape, List<StepLoop> steps, LoopNest nest) {
        this.shape = shape;
        this.nest = nest;
        this.steps = steps.size();
        loops.addAll(steps);
        loops.addAll(nest.loops());
        int depth = this.steps + nest.loopsOutside(Mode.LOCKSTEP);
        for (Axis axis : AXES) {
            tiles.put(axis, tilesByDepth(axis, depth));
        }
        if (nest.packs() && shape.filters() && slotShapes().keySet().stream().anyMatch(s -> s.inputs() > 1)) {
            throw IsosException.badInput(
                    "packed loops of a nest meet more than one input at a time, so that their weights"
                            + " form no fiber: " + nest.loops());
        }
    }

    private List<List<Tile>> tilesByDepth(Axis axis, int depth) {
        List<RankTraversal> own = loops.subList(0, depth).stream()
                .filter(loop -> loop.rank().axis() == axis)
                .toList();
        AxisSpace space = AxisSpace.of(shape, axis, nest.walksInputs(axis));
        List<List<Tile>> byDepth = new ArrayList<>();
        for (int d = 0; d <= own.size(); d++) {
            List<Tile> found = new ArrayList<>();
            collect(space, own.subList(0, d), new int[d], 0, space.whole(), found);
            byDepth.add(found);
        }
        return byDepth;
    }

    private static void collect(
            AxisSpace space, List<RankTraversal> own, int[] path, int depth, int[] box, List<Tile> found) {
        if (depth == own.size()) {
            Tile tile = space.tile(path.clone(), box);
            if (tile != null) {
                found.add(tile);
            }
            return;
        }
        int slot = 2 * own.get(depth).rank().slot();
        int from = box[slot];
        int to = box[slot + 1];
        if (own.get(depth) instanceof StepLoop step) {
            for (int t = 0; t < step.spans().size(); t++) {
                Span span = step.spans().get(t);
                int[] inner = box.clone();
                inner[slot] = Math.max(from, span.from());
                inner[slot + 1] = Math.max(inner[slot], Math.min(to, span.to()));
                path[depth] = t;
                collect(space, own, path, depth + 1, inner, found);
            }
        } else {
            int by = ((Loop) own.get(depth)).step();
            int iteration = 0;
            for (int x = from; x < to; x += Math.min(by, to - x)) {
                int[] inner = box.clone();
                inner[slot] = x;
                inner[slot + 1] = x + Math.min(by, to - x);
                path[depth] = iteration++;
                collect(space, own, path, depth + 1, inner, found);
            }
        }
    }

    /** Number of step loops; a buffer at this level is filled anew in each step. */
    public int stepLevel() {
        return steps;
    }

    /** The level of the multipliers themselves: inside all loops that are not spatial. */
    public int arrayLevel() {
        return steps + nest.loopsOutside(Mode.PARALLEL);
    }

    /** Legal multiply-accumulates that the nest carries out; more than the layer has when steps overlap. */
    public long macs() {
        long product = 1;
        for (Axis axis : AXES) {
            long sum = 0;
            for (Tile tile : tilesAt(axis, arrayLevel())) {
                sum += tile.points();
            }
            product *= sum;
        }
        return product;
    }

    /** Elements of a tensor that the nest touches at all. */
    public long distinct(Operand operand) {
        return peak(operand, 0);
    }

    /** Most elements of a tensor that a buffer at a level holds at once. */
    public long peak(Operand operand, int level) {
        long product = 1;
        for (Axis axis : AXES) {
            int most = 0;
            for (Tile tile : tilesAt(axis, level)) {
                most = Math.max(most, tile.extent(operand));
            }
            product *= most;
        }
        return product;
    }

    /**
     * Elements of a tensor that enter a buffer at a level, repetitions included. Each entry of a partial result ends in one
     * write to the level above, and each but the first of an element begins with a read from there.
     */
    public long fetches(Operand operand, int level) {
        checkLevel(level);
        long sizes = 1;
        for (Axis axis : AXES) {
            long sum = 0;
            for (Tile tile : tilesAt(axis, level)) {
                sum += tile.extent(operand);
            }
            sizes *= sum;
        }
        long kept = 0;
        for (int loop = 0; loop < level; loop++) {
            kept += kept(operand, level, loop);
        }
        return sizes - kept;
    }

    /** Elements that stay in a buffer when a step loop advances, summed over all advances. */
    public long keptAcrossSteps(Operand operand, int level) {
        checkLevel(level);
        long kept = 0;
        for (int loop = 0; loop < Math.min(steps, level); loop++) {
            kept += kept(operand, level, loop);
        }
        return kept;
    }

    private void checkLevel(int level) {
        if (level < 0 || level > arrayLevel()) {
            throw IsosException.badInput(
                    "buffer level " + level + " does not exist, expected 0.." + arrayLevel() + " in " + nest.loops());
        }
    }

    /** What successive boxes have in common when the given loop advances, summed over all its advances. */
    private long kept(Operand operand, int level, int loop) {
        Axis advancing = loops.get(loop).rank().axis();
        long product = 1;
        for (Axis axis : AXES) {
            List<Tile> all = tilesAt(axis, level);
            int outside = depthOn(axis, loop);
            product *= axis == advancing ? keptAdvancing(all, outside, operand) : keptStarting(all, outside, operand);
        }
        return product;
    }

    /** Of an axis whose loops inside start again: last and first tile under each setting of the loops outside. */
    private static long keptStarting(List<Tile> tiles, int outside, Operand operand) {
        long sum = 0;
        int first = 0;
        for (int i = 1; i <= tiles.size(); i++) {
            if (i == tiles.size() || !samePath(tiles.get(first), tiles.get(i), outside)) {
                sum += tiles.get(i - 1).overlap(tiles.get(first), operand);
                first = i;
            }
        }
        return sum;
    }

    /** Of the axis whose loop advances: last tile under one iteration and first under the next that computes anything. */
    private static long keptAdvancing(List<Tile> tiles, int outside, Operand operand) {
        long sum = 0;
        for (int i = 1; i < tiles.size(); i++) {
            Tile before = tiles.get(i - 1);
            Tile after = tiles.get(i);
            if (samePath(before, after, outside) && before.path()[outside] != after.path()[outside]) {
                sum += before.overlap(after, operand);
            }
        }
        return sum;
    }

    private static boolean samePath(Tile a, Tile b, int depth) {
        for (int i = 0; i < depth; i++) {
            if (a.path()[i] != b.path()[i]) {
                return false;
            }
        }
        return true;
    }

    private List<Tile> tilesAt(Axis axis, int level) {
        return tiles.get(axis).get(depthOn(axis, level));
    }

    private int depthOn(Axis axis, int level) {
        int depth = 0;
        for (int i = 0; i < level; i++) {
            depth += loops.get(i).rank().axis() == axis ? 1 : 0;
        }
        return depth;
    }

    /** Inputs, weights and legal products that meet in the multipliers of one control. */
    private record SlotShape(long inputs, long weights, long points) {}

    private Map<SlotShape, Long> slotShapes() {
        int level = steps + nest.loopsOutside(Mode.LOCKSTEP);
        Map<SlotShape, Long> shapes = new LinkedHashMap<>(Map.of(new SlotShape(1, 1, 1), 1L));
        for (Axis axis : AXES) {
            Map<SlotShape, Long> own = new LinkedHashMap<>();
            for (Tile tile : tilesAt(axis, level)) {
                own.merge(new SlotShape(tile.inputs(), tile.weights(), tile.points()), 1L, Long::sum);
            }
            Map<SlotShape, Long> product = new LinkedHashMap<>();
            shapes.forEach((a, times) -> own.forEach((b, count) -> product.merge(
                    new SlotShape(a.inputs() * b.inputs(), a.weights() * b.weights(), a.points() * b.points()),
                    times * count,
                    Long::sum)));
            shapes = product;
        }
        return shapes;
    }

    /**
     * Expected use of the multipliers when inputs and weights are non-zero independently of each other. A
     * {@link Mode#LOCKSTEP} array spends all its slots on every tile of which neither all inputs nor all weights are zero;
     * {@link Mode#PACKED} loops spend slots on the non-zero weights of one non-zero input, rounded up to whole instructions.
     */
    public SlotUse slotUse(double inputDensity, double weightDensity) {
        if (!shape.filters()) {
            return SlotUse.NONE;
        }
        double occupied = 0;
        double effectual = 0;
        long slots = lockstepSlots();
        for (Map.Entry<SlotShape, Long> entry : slotShapes().entrySet()) {
            SlotShape s = entry.getKey();
            double times = entry.getValue();
            double anyInput = 1 - StrictMath.pow(1 - inputDensity, s.inputs());
            effectual += times * s.points() * inputDensity * weightDensity;
            if (nest.packs()) {
                occupied += times * anyInput * PackedSlots.expected(s.points(), weightDensity, nest.packWidth());
            } else {
                double anyWeight = 1 - StrictMath.pow(1 - weightDensity, s.weights());
                occupied += times * anyInput * anyWeight * slots;
            }
        }
        return new SlotUse(effectual, occupied);
    }

    /** Multipliers of a lockstep array: what the loops just outside leave to each of its loops. */
    private long lockstepSlots() {
        long slots = 1;
        for (int i = 0; i < nest.loops().size(); i++) {
            Loop loop = nest.loops().get(i);
            if (loop.mode() == Mode.LOCKSTEP) {
                int left = shape.extent(loop.rank());
                for (Loop outer : nest.loops().subList(0, i)) {
                    left = outer.rank() == loop.rank() ? outer.step() : left;
                }
                slots *= left;
            }
        }
        return slots;
    }
}
