package dev.isos.core.loopnest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.core.loopnest.Loop.Mode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NestWalkTest {
    private static final int CASES = Integer.getInteger("isos.loopnest.cases", 400);

    @Test
    void countsEqualTheWalkedNestOnRandomLayersAndNests() {
        for (int i = 0; i < CASES; i++) {
            long seed = 1000 + i;
            SplitMix random = new SplitMix(seed);
            LayerShape shape = shape(random);
            LoopNest nest = nest(random);
            List<StepLoop> steps = random.chance(0.4) ? steps(random, shape, nest) : List.of();
            NestWalk walk = new NestWalk(shape, steps, nest);
            Operand operand = Operand.values()[random.between(0, 3)];
            int level = random.between(0, walk.arrayLevel());
            WalkedNest twin = new WalkedNest(shape, steps, nest, operand, level);
            String where = "seed " + seed + ": " + operand + " at " + level + " of " + steps + nest + " on " + shape;
            assertEquals(twin.fetches, walk.fetches(operand, level), "fetches, " + where);
            assertEquals(twin.peak, walk.peak(operand, level), "peak, " + where);
            if (level >= steps.size()) {
                assertEquals(twin.points, walk.macs(), "products, " + where);
            }
        }
    }

    private static LayerShape shape(SplitMix random) {
        while (true) {
            Window window = new Window(
                    random.between(1, 3),
                    random.between(1, 3),
                    random.between(1, 3),
                    random.between(1, 2),
                    random.between(0, 2),
                    random.between(0, 1),
                    random.between(0, 1),
                    random.between(0, 2),
                    random.between(1, 2),
                    random.between(1, 2));
            int height = random.between(1, 6);
            int width = random.between(1, 5);
            int p = window.outputHeight(height);
            int q = window.outputWidth(width);
            LayerShape shape = new LayerShape(
                    random.between(1, 2),
                    random.between(1, 3),
                    random.between(1, 3),
                    height,
                    width,
                    Math.max(p, 1),
                    Math.max(q, 1),
                    window,
                    true);
            if (p > 0 && q > 0 && !WalkedNest.legal(shape, whole(shape)).isEmpty()) {
                return shape;
            }
        }
    }

    private static Map<Rank, Span> whole(LayerShape shape) {
        Map<Rank, Span> box = new EnumMap<>(Rank.class);
        for (Rank rank : Rank.values()) {
            box.put(rank, new Span(0, shape.extent(rank)));
        }
        return box;
    }

    private static LoopNest nest(SplitMix random) {
        List<Rank> ranks = new ArrayList<>(List.of(Rank.G, Rank.C, Rank.K, Rank.R, Rank.S));
        ranks.add(random.chance(0.5) ? Rank.H : Rank.P);
        ranks.add(random.chance(0.5) ? Rank.W : Rank.Q);
        List<Loop> loops = new ArrayList<>();
        int count = random.between(0, 6);
        for (int i = 0; i < count; i++) {
            loops.add(new Loop(ranks.get(random.between(0, ranks.size() - 1)), random.between(1, 3), Mode.FOR));
        }
        loops.add(new Loop(ranks.get(random.between(0, ranks.size() - 1)), 1, Mode.PARALLEL));
        return new LoopNest(loops, random.chance(0.5) ? Operand.O : Operand.T, 1);
    }

    private static List<StepLoop> steps(SplitMix random, LayerShape shape, LoopNest nest) {
        List<StepLoop> steps = new ArrayList<>();
        for (Axis axis : List.of(Axis.ROWS, Axis.COLUMNS)) {
            Rank input = axis == Axis.ROWS ? Rank.H : Rank.W;
            Rank rank = nest.walksInputs(axis) ? input : axis == Axis.ROWS ? Rank.P : Rank.Q;
            List<Span> spans = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int from = random.between(0, shape.extent(rank));
                spans.add(new Span(from, random.between(from, shape.extent(rank))));
            }
            spans.add(new Span(0, shape.extent(rank)));
            steps.add(new StepLoop(rank, spans));
        }
        return steps;
    }

    /** Every pair of masks of a tiny layer, each with its probability: the expectation, exactly. */
    @Test
    void slotUseIsTheExpectationOverAllMasks() {
        LayerShape shape = new LayerShape(1, 2, 3, 1, 2, 1, 2, new Window(1, 2, 1, 1, 0, 0, 0, 1, 1, 1), true);
        LoopNest lockstep = nest(Operand.O, 1, "for C", "for S", "for K step 2", "lockstep Q", "lockstep K");
        LoopNest packed = nest(Operand.T, 2, "for W", "for C", "packed S", "packed K");
        for (LoopNest nest : List.of(lockstep, packed)) {
            SlotUse expected = overAllMasks(shape, nest, 0.3, 0.6);
            SlotUse actual = new NestWalk(shape, List.of(), nest).slotUse(0.3, 0.6);
            assertEquals(expected.effectual(), actual.effectual(), 1e-9, nest.toString());
            assertEquals(expected.occupied(), actual.occupied(), 1e-9, nest.toString());
        }
    }

    private static SlotUse overAllMasks(LayerShape shape, LoopNest nest, double inputDensity, double weightDensity) {
        int inputs = shape.inputChannels() * shape.width();
        int weights =
                shape.inputChannels() * shape.outputChannels() * shape.window().columns();
        double effectual = 0;
        double occupied = 0;
        for (int i = 0; i < 1 << inputs; i++) {
            for (int f = 0; f < 1 << weights; f++) {
                double probability = probability(i, inputs, inputDensity) * probability(f, weights, weightDensity);
                int[] slots = nest.packs() ? packedSlots(shape, nest, i, f) : lockstepSlots(shape, i, f);
                effectual += probability * slots[0];
                occupied += probability * slots[1];
            }
        }
        return new SlotUse(effectual, occupied);
    }

    private static double probability(int mask, int bits, double density) {
        int ones = Integer.bitCount(mask);
        return Math.pow(density, ones) * Math.pow(1 - density, bits - ones);
    }

    private static boolean input(LayerShape s, int mask, int c, int w) {
        return (mask >> (c * s.width() + w) & 1) == 1;
    }

    private static boolean weight(LayerShape s, int mask, int c, int k, int column) {
        int columns = s.window().columns();
        return (mask >> ((c * s.outputChannels() + k) * columns + column) & 1) == 1;
    }

    private static int[] lockstepSlots(LayerShape s, int i, int f) {
        int effectual = 0;
        int occupied = 0;
        for (int c = 0; c < s.inputChannels(); c++) {
            for (int column = 0; column < s.window().columns(); column++) {
                for (int k0 = 0; k0 < s.outputChannels(); k0 += 2) {
                    boolean anyInput = false;
                    boolean anyWeight = false;
                    for (int q = 0; q < s.outputWidth(); q++) {
                        int w = s.window().inputColumn(q, column);
                        for (int k = k0; k < Math.min(k0 + 2, s.outputChannels()); k++) {
                            boolean x = w < s.width() && input(s, i, c, w);
                            anyInput |= x;
                            anyWeight |= weight(s, f, c, k, column);
                            effectual += x && weight(s, f, c, k, column) ? 1 : 0;
                        }
                    }
                    occupied += anyInput && anyWeight ? 2 * s.outputWidth() : 0;
                }
            }
        }
        return new int[] {effectual, occupied};
    }

    private static int[] packedSlots(LayerShape s, LoopNest nest, int i, int f) {
        int effectual = 0;
        int occupied = 0;
        for (int w = 0; w < s.width(); w++) {
            for (int c = 0; c < s.inputChannels(); c++) {
                int weights = 0;
                for (int column = 0; column < s.window().columns(); column++) {
                    boolean legal = s.window().outputColumn(w, column, s.outputWidth()) >= 0;
                    for (int k = 0; k < s.outputChannels(); k++) {
                        weights += legal && weight(s, f, c, k, column) ? 1 : 0;
                    }
                }
                if (input(s, i, c, w)) {
                    effectual += weights;
                    occupied += (weights + nest.packWidth() - 1) / nest.packWidth() * nest.packWidth();
                }
            }
        }
        return new int[] {effectual, occupied};
    }

    private static LoopNest nest(Operand partials, int packWidth, String... loops) {
        return new LoopNest(List.of(loops).stream().map(Loop::parse).toList(), partials, packWidth);
    }

    @Test
    void theStationaryTensorIsTheOneThatTheInnermostLoopsDoNotTouch() {
        LayerShape shape = new LayerShape(1, 4, 4, 6, 6, 6, 6, Window.square(3, 1, 1), true);
        NestWalk inputs = new NestWalk(shape, List.of(), nest(Operand.O, 1, "for H", "for W", "for C", "for K"));
        NestWalk weights =
                new NestWalk(shape, List.of(), nest(Operand.O, 1, "for K", "for C", "for R", "for S", "for P"));
        NestWalk outputs = new NestWalk(shape, List.of(), nest(Operand.O, 1, "for P", "for Q", "for K", "for C"));
        assertEquals(inputs.distinct(Operand.I), inputs.fetches(Operand.I, inputs.arrayLevel()));
        assertEquals(weights.distinct(Operand.F), weights.fetches(Operand.F, weights.arrayLevel()));
        assertEquals(outputs.distinct(Operand.O), outputs.fetches(Operand.O, outputs.arrayLevel()));
        assertTrue(inputs.fetches(Operand.F, inputs.arrayLevel()) > inputs.distinct(Operand.F));
    }

    /**
     * Two channels of 4 rows to 2 rows by windows of 3, one in each of two steps: rows 0 to 2, then 1 to 3. A buffer of whole channels
     * keeps 2 x 2 inputs from step to step; one of a channel ends a step with the second and begins the next with the first.
     */
    @Test
    void whatStaysFromStepToStep() {
        LayerShape shape = new LayerShape(1, 2, 1, 4, 1, 2, 1, new Window(3, 1, 1, 1, 0, 0, 0, 0, 1, 1), true);
        StepLoop rows = new StepLoop(Rank.P, List.of(new Span(0, 1), new Span(1, 2)));
        NestWalk walk = new NestWalk(shape, List.of(rows), nest(Operand.O, 1, "for C", "parallel K"));
        assertEquals(1, walk.stepLevel());
        assertEquals(2, walk.arrayLevel());
        assertEquals(2 * 2, walk.keptAcrossSteps(Operand.I, 1));
        assertEquals(8, walk.fetches(Operand.I, 1));
        assertEquals(0, walk.keptAcrossSteps(Operand.I, 2));
        assertEquals(12, walk.fetches(Operand.I, 2));
        // an output stays from channel to channel, but that is within a step
        assertEquals(0, walk.keptAcrossSteps(Operand.O, 2));
        assertEquals(2, walk.fetches(Operand.O, 2));
        for (int level : new int[] {-1, 3}) {
            assertThrows(IsosException.class, () -> walk.fetches(Operand.I, level));
            assertThrows(IsosException.class, () -> walk.keptAcrossSteps(Operand.I, level));
        }
    }

    @Test
    void refusesWhatIsNoNest() {
        assertThrows(IsosException.class, () -> Loop.parse("for X"));
        assertThrows(IsosException.class, () -> Loop.parse("parallel K step 2"));
        assertThrows(IsosException.class, () -> nest(Operand.O, 1, "lockstep K", "for C"));
        assertThrows(IsosException.class, () -> nest(Operand.O, 1, "for H", "for P"));
        assertThrows(IsosException.class, () -> nest(Operand.I, 1, "for H"));
        LayerShape shape = new LayerShape(1, 4, 4, 6, 6, 6, 6, Window.square(3, 1, 1), true);
        // weights of several inputs at a time form no fiber
        LoopNest outputStationary = nest(Operand.O, 4, "for P", "for Q", "for K", "packed C");
        assertThrows(IsosException.class, () -> new NestWalk(shape, List.of(), outputStationary));
    }
}
