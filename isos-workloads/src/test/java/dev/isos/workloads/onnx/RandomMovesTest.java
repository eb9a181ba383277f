package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.random.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Chains of operators that move elements, drawn from a seed: the same elements in the same places as in ONNX Runtime. */
class RandomMovesTest {
    private static final int CASES = 400;

    private final TreeMap<String, Integer> refusals = new TreeMap<>();

    @Test
    void everyElementIsWhereOnnxRuntimeHasIt() {
        int compared = 0;
        for (long seed = 1; seed <= CASES; seed++) {
            TestModel model = model(new SplitMix(seed));
            try {
                double db = new ImportedNetwork(model.bytes(), "").floatSqnr();
                assertTrue(db > 100, "seed " + seed + ": " + db + " dB");
                compared++;
            } catch (IsosException e) {
                refusals.merge(e.getMessage().replaceAll("[0-9]+", "n"), 1, Integer::sum);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertTrue(compared > CASES * 3 / 4, compared + " compared, refused: " + refusals);
    }

    private static TestModel model(SplitMix random) {
        int[] dims = {random.between(0, 3) == 0 ? 2 : 1, 4 * random.between(1, 3), 2 * random.between(1, 4), 6};
        TestModel model = new TestModel(
                13, random.nextLong(), Arrays.stream(dims).asLongStream().toArray());
        String x = "x";
        int steps = random.between(2, 6);
        for (int i = 0; i < steps; i++) {
            String y = "t" + i;
            int axis = dims.length == 1 ? 0 : random.between(1, dims.length - 1);
            switch (random.between(0, 8)) {
                case 0, 1 -> dims = transpose(model, random, x, y, dims);
                case 2, 3 -> dims = reshape(model, random, x, y, dims);
                case 4 -> dims = slice(model, random, x, y, dims, axis);
                case 5 -> {
                    model.node("Concat", y, List.of(x, x), Map.of("axis", axis));
                    dims = dims.clone();
                    dims[axis] *= 2;
                }
                case 6 -> {
                    int[] index = {random.between(0, dims[axis] - 1), 0, dims[axis] - 1};
                    model.integers(y + "_i", Arrays.stream(index).asLongStream().toArray())
                            .node("Gather", y, List.of(x, y + "_i"), Map.of("axis", axis));
                    dims = dims.clone();
                    dims[axis] = 3;
                }
                case 7 -> {
                    int width = dims[dims.length - 1];
                    model.weights(y + "_w", width, 4).node("MatMul", y, x, y + "_w");
                    dims = dims.clone();
                    dims[dims.length - 1] = 4;
                }
                default -> {
                    long[] pads = new long[2 * dims.length];
                    pads[axis] = random.between(0, 2);
                    pads[dims.length + axis] = random.between(-1, 2);
                    dims = dims.clone();
                    if (dims[axis] + pads[dims.length + axis] < 1) {
                        pads[dims.length + axis] = 0;
                    }
                    dims[axis] += (int) (pads[axis] + pads[dims.length + axis]);
                    model.integers(y + "_p", pads).node("Pad", y, x, y + "_p");
                }
            }
            x = y;
        }
        return model.node("Identity", "y", x);
    }

    private static int[] transpose(TestModel model, SplitMix random, String x, String y, int[] dims) {
        List<Integer> order = new ArrayList<>();
        for (int i = 1; i < dims.length; i++) {
            order.add(random.between(0, order.size()), i);
        }
        order.add(0, 0);
        int[] result = order.stream().mapToInt(i -> dims[i]).toArray();
        model.node(
                "Transpose",
                y,
                List.of(x),
                Map.of("perm", order.stream().mapToLong(Integer::longValue).toArray()));
        return result;
    }

    /** Splits an axis by a factor, or joins two. */
    private static int[] reshape(TestModel model, SplitMix random, String x, String y, int[] dims) {
        List<Integer> result = new ArrayList<>(Arrays.stream(dims).boxed().toList());
        int axis = random.between(1, dims.length - 1);
        int factor = dims[axis] % 2 == 0 ? 2 : dims[axis] % 3 == 0 ? 3 : 1;
        if (random.between(0, 1) == 0 && factor > 1 && dims.length < 6) {
            result.set(axis, dims[axis] / factor);
            result.add(axis + random.between(0, 1), factor);
        } else if (dims.length > 2 && axis < dims.length - 1) {
            result.set(axis, dims[axis] * dims[axis + 1]);
            result.remove(axis + 1);
        }
        model.integers(y + "_s", result.stream().mapToLong(Integer::longValue).toArray())
                .node("Reshape", y, x, y + "_s");
        return result.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] slice(TestModel model, SplitMix random, String x, String y, int[] dims, int axis) {
        boolean backwards = random.between(0, 2) == 0;
        int step = random.between(1, 2);
        int start = random.between(0, dims[axis] - 1);
        int[] result = dims.clone();
        if (backwards) {
            result[axis] = start / step + 1;
            model.integers(y + "_b", start)
                    .integers(y + "_e", Long.MIN_VALUE + 1)
                    .integers(y + "_t", -step);
        } else {
            result[axis] = (dims[axis] - start + step - 1) / step;
            model.integers(y + "_b", start).integers(y + "_e", Long.MAX_VALUE).integers(y + "_t", step);
        }
        model.integers(y + "_a", axis).node("Slice", y, x, y + "_b", y + "_e", y + "_a", y + "_t");
        return result;
    }
}
