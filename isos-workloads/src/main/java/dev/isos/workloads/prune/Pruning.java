package dev.isos.workloads.prune;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.unit.Quantity;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which weights of a network are set to zero after training, without training on:
 *
 * <ul>
 *   <li>{@code none}: no weight;
 *   <li>{@code magnitude:S}: in each layer the share S (0..1) of its weights, the smallest in magnitude;
 *   <li>{@code global:S}: the share S of all weights of the network, the smallest wherever they are;
 *   <li>{@code budget:FILE}: in each layer as many as a CSV file says ({@code layer} and {@code sparsity},
 *       {@code density} or {@code nonzeros}); layers that it does not name stay as they are;
 *   <li>{@code nm:N:M}: of each M weights of neighbouring input channels (same output channel, same place in the window)
 *       the N largest stay; a last group of fewer than M keeps at most N, depthwise filters stay as they are.
 * </ul>
 *
 * <p>{@code magnitude:S} leaves exactly {@code n - round(S * n)} of n weights (fewer where more were zero before). Of
 * equal magnitudes the later one in rank order [K, C, R, S] goes first. Depthwise, first and last layers are pruned like all
 * others.
 */
public final class Pruning {
    private static final String EXPECTED =
            "expected none, magnitude:SPARSITY, global:SPARSITY, budget:FILE or nm:N:M, such as magnitude:0.9 or nm:2:4";
    private static final int MAX_GROUP = 1024;
    private static final int LONGEST_SHOWN = 80;

    private enum Kind {
        NONE,
        MAGNITUDE,
        GLOBAL,
        BUDGET,
        N_OF_M
    }

    private final String text;
    private final Kind kind;
    private final double sparsity;
    private final int kept;
    private final int group;
    private final BudgetFile budget;
    private final String content;

    private Pruning(String text, Kind kind, double sparsity, int kept, int group, Path budget) {
        this.text = text;
        this.kind = kind;
        this.sparsity = sparsity;
        this.kept = kept;
        this.group = group;
        this.budget = budget == null ? null : BudgetFile.read(budget);
        this.content = budget == null ? text : "budget:" + BudgetFile.text(budget);
    }

    /**
     * A specification as users write it; a budget file is read at once.
     *
     * @throws IsosException with one sentence that says what is wrong with it
     */
    public static Pruning parse(String spec) {
        int colon = spec.indexOf(':');
        String kind = colon < 0 ? spec : spec.substring(0, colon);
        String argument = colon < 0 ? "" : spec.substring(colon + 1);
        switch (kind) {
            case "none" -> {
                if (colon < 0) {
                    return new Pruning(spec, Kind.NONE, 0, 0, 0, null);
                }
            }
            case "magnitude" -> {
                return new Pruning(spec, Kind.MAGNITUDE, sparsity(spec, argument), 0, 0, null);
            }
            case "global" -> {
                return new Pruning(spec, Kind.GLOBAL, sparsity(spec, argument), 0, 0, null);
            }
            case "budget" -> {
                if (!argument.isEmpty()) {
                    try {
                        return new Pruning(spec, Kind.BUDGET, 0, 0, 0, Path.of(argument));
                    } catch (InvalidPathException e) {
                        throw IsosException.badInput("pruning '" + spec + "' names no possible file");
                    }
                }
            }
            case "nm" -> {
                String expected = "pruning '" + shown(spec) + "' expects nm:N:M with 1 <= N <= M <= " + MAX_GROUP
                        + ", such as nm:2:4";
                String[] parts = argument.split(":", -1);
                if (parts.length != 2) {
                    throw IsosException.badInput(expected);
                }
                try {
                    int m = (int) Quantity.whole(parts[1], 1, MAX_GROUP);
                    int n = (int) Quantity.whole(parts[0], 1, m);
                    return new Pruning(spec, Kind.N_OF_M, 0, n, m, null);
                } catch (IllegalArgumentException e) {
                    throw new IsosException(ErrorCode.BAD_INPUT, expected + ": " + e.getMessage(), e);
                }
            }
            default -> {
                // Told below.
            }
        }
        throw IsosException.badInput("pruning '" + shown(spec) + "' is unknown, " + EXPECTED);
    }

    private static double sparsity(String spec, String argument) {
        String expected = "pruning '" + shown(spec)
                + "' expects the share of weights to set to zero as a number from 0 to 1, such as 0.9";
        double value;
        try {
            value = Quantity.REAL.parse(argument);
        } catch (IllegalArgumentException e) {
            throw new IsosException(ErrorCode.BAD_INPUT, expected + ": " + e.getMessage(), e);
        }
        if (!(value >= 0 && value <= 1)) {
            throw IsosException.badInput(expected);
        }
        return value;
    }

    /** A specification as messages show it. */
    private static String shown(String spec) {
        return spec.length() > LONGEST_SHOWN ? spec.substring(0, LONGEST_SHOWN) + "..." : spec;
    }

    /** Whether nothing is pruned. */
    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /** Everything that the result depends on besides the weights: the specification and the content of a budget file. */
    public String content() {
        return content;
    }

    /** What it does, as half a sentence for {@link dev.isos.api.workload.WorkloadInfo#source()}. */
    public String describe() {
        return switch (kind) {
            case NONE -> "not pruned";
            case MAGNITUDE ->
                "pruned by magnitude to a sparsity of " + sparsity + " in every layer, without training on";
            case GLOBAL -> "pruned by magnitude over all layers to a sparsity of " + sparsity + ", without training on";
            case BUDGET ->
                "pruned by magnitude to the budgets of "
                        + Path.of(text.substring("budget:".length())).getFileName() + ", without training on";
            case N_OF_M ->
                "pruned to " + kept + " of " + group + " weights along the input channels, without training on";
        };
    }

    /**
     * The pruned weights of all layers of a network, in the order given; the arrays given are not modified.
     *
     * @param source name of the model file, for messages
     * @throws IsosException when a budget does not fit the layers, or weights are no numbers
     */
    public List<float[]> apply(String source, List<PrunableLayer> layers) {
        List<float[]> pruned = new ArrayList<>();
        for (PrunableLayer layer : layers) {
            pruned.add(kind == Kind.NONE ? layer.weights() : layer.weights().clone());
        }
        if (kind == Kind.NONE) {
            return pruned;
        }
        long total = 0;
        for (PrunableLayer layer : layers) {
            total += layer.weights().length;
            for (float value : layer.weights()) {
                if (Float.isNaN(value)) {
                    throw IsosException.badInput(source + ": layer " + layer.name()
                            + " has weights that are no numbers and cannot be pruned");
                }
            }
        }
        switch (kind) {
            case MAGNITUDE ->
                pruned.forEach(
                        w -> MagnitudeSelection.keepLargest(List.of(w), w.length - Math.round(sparsity * w.length)));
            case GLOBAL -> MagnitudeSelection.keepLargest(pruned, total - Math.round(sparsity * total));
            case BUDGET -> {
                long[] counts = budget.kept(layers);
                for (int i = 0; i < counts.length; i++) {
                    MagnitudeSelection.keepLargest(List.of(pruned.get(i)), counts[i]);
                }
            }
            default -> {
                for (int i = 0; i < pruned.size(); i++) {
                    keepOfGroups(layers.get(i).shape(), pruned.get(i));
                }
            }
        }
        return pruned;
    }

    /** The same for weights that are 8-bit integers already. */
    public List<FilterTensor> applyToFilters(String source, List<String> names, List<FilterTensor> filters) {
        if (kind == Kind.NONE) {
            return filters;
        }
        List<PrunableLayer> layers = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            byte[] dense = filters.get(i).toDense();
            float[] weights = new float[dense.length];
            for (int j = 0; j < weights.length; j++) {
                weights[j] = dense[j];
            }
            layers.add(new PrunableLayer(names.get(i), filters.get(i).shape(), weights));
        }
        List<float[]> pruned = apply(source, layers);
        List<FilterTensor> result = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            byte[] dense = new byte[pruned.get(i).length];
            for (int j = 0; j < dense.length; j++) {
                dense[j] = (byte) pruned.get(i)[j];
            }
            result.add(FilterTensor.fromDense(filters.get(i).shape(), dense));
        }
        return result;
    }

    private void keepOfGroups(FilterShape shape, float[] weights) {
        int channels = shape.channelsPerGroup();
        int positions = shape.rows() * shape.columns();
        if (channels == 1) {
            return;
        }
        for (int k = 0; k < shape.outputChannels(); k++) {
            for (int position = 0; position < positions; position++) {
                for (int c = 0; c < channels; c += group) {
                    int base = (k * channels + c) * positions + position;
                    keepOfGroup(weights, base, positions, Math.min(group, channels - c));
                }
            }
        }
    }

    /** Removes the smallest until few enough are left. */
    private void keepOfGroup(float[] weights, int base, int stride, int size) {
        for (int gone = size - kept; gone > 0; gone--) {
            int smallest = -1;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < size; i++) {
                int m = MagnitudeSelection.magnitude(weights[base + i * stride]);
                // Removed ones are marked by NaN until the end; of equal ones the later goes first.
                if (!Float.isNaN(weights[base + i * stride]) && m <= least) {
                    least = m;
                    smallest = i;
                }
            }
            weights[base + smallest * stride] = Float.NaN;
        }
        for (int i = 0; i < size; i++) {
            if (Float.isNaN(weights[base + i * stride])) {
                weights[base + i * stride] = 0f;
            }
        }
    }
}
