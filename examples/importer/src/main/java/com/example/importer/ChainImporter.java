package com.example.importer;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.support.reference.ReferenceExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Reads {@code .chain} files: {@code input CHANNELS HEIGHT WIDTH}, then a line {@code NAME OUTPUTS SIZE STRIDE DENSITY} for each
 * convolution with ReLU. Weights and input are drawn from the seed; half of the input is zero.
 */
final class ChainImporter implements NetworkImporter {
    private static final long MOST_BYTES = 1 << 16;
    private static final int MOST_VALUES = 1 << 24;

    @Override
    public String id() {
        return "chain";
    }

    @Override
    public String description() {
        return "Chains of convolutions (.chain) as text; weights and input are drawn.";
    }

    @Override
    public Optional<String> declines(Path file) {
        boolean named = Files.isRegularFile(file) && file.toString().endsWith(".chain");
        return named ? Optional.empty() : Optional.of("its name does not end in .chain");
    }

    @Override
    public Workload load(Path file, WorkloadRequest request) {
        if (!request.prune().equals("none") || !request.images().isEmpty()) {
            throw IsosException.badInput(file + ": a chain takes no images and no pruning, got " + request.prune() + " "
                    + request.images());
        }
        List<String[]> lines = lines(file);
        List<Double> densities = new ArrayList<>();
        Network network;
        int number = 1;
        try {
            FeatureMapShape shape = shape(lines.get(0));
            NetworkBuilder builder = new NetworkBuilder(file.getFileName().toString().replace(".chain", ""), shape);
            for (int from = Layer.NETWORK_INPUT; number < lines.size(); number++) {
                String[] words = lines.get(number);
                int size = count(words[2], 16);
                from = builder.convolution(words[0], from, count(words[1], 4096), size, count(words[3], 16), size / 2);
                densities.add(Math.max(0, Math.min(1, Double.parseDouble(words[4]))));
                require(builder.layer(from).filterShape().elements() <= MOST_VALUES
                        && builder.shapeOf(from).elements() <= MOST_VALUES);
            }
            network = builder.build();
        } catch (RuntimeException e) {
            throw IsosException.badInput(file + " line " + Math.min(number, lines.size())
                    + ": expected 'input CHANNELS HEIGHT WIDTH' or 'NAME OUTPUTS SIZE STRIDE DENSITY' of a layer that fits");
        }
        return numbers(network, densities, request.seed(), file);
    }

    private static List<String[]> lines(Path file) {
        try {
            require(Files.size(file) <= MOST_BYTES);
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return text.lines().map(String::strip).filter(l -> !l.isEmpty()).map(l -> l.split("\\s+")).toList();
        } catch (IOException | IllegalArgumentException e) {
            throw IsosException.badInput(file + " cannot be read as a chain of at most " + MOST_BYTES + " bytes");
        }
    }

    private static FeatureMapShape shape(String[] words) {
        require(words[0].equals("input") && words.length == 4);
        return new FeatureMapShape(count(words[1], 1024), count(words[2], 512), count(words[3], 512));
    }

    private static int count(String word, int most) {
        int count = Integer.parseInt(word);
        require(count >= 1 && count <= most);
        return count;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }

    /** Draws numbers, and finds for each layer the factor that takes its largest sum to 255. */
    private static Workload numbers(Network network, List<Double> densities, long seed, Path file) {
        SplittableRandom random = new SplittableRandom(seed);
        ActivationTensor input = new ActivationTensor(network.input(), false, bytes(random, network.input().elements(), 0.5));
        ActivationTensor at = input;
        List<LayerParameters> parameters = new ArrayList<>();
        for (Layer layer : network.layers()) {
            byte[] dense = bytes(random, layer.filterShape().elements(), densities.get(layer.index()));
            FilterTensor filters = FilterTensor.fromDense(layer.filterShape(), dense);
            int largest = Arrays.stream(ReferenceExecutor.accumulate(layer, at, filters)).max().orElse(0);
            int channels = layer.outputShape().channels();
            float[] factors = new float[channels];
            Arrays.fill(factors, 255f / Math.max(1, largest));
            parameters.add(new LayerParameters(filters, new Requantisation(new int[channels], factors, 1, 0, 0, 255, 1)));
            at = ReferenceExecutor.execute(layer, parameters.get(layer.index()), new ActivationTensor[] {at}, null);
        }
        WorkloadInfo info = new WorkloadInfo(network.name(), network.name(), seed, "drawn for " + file.getFileName(), 1f);
        Workload workload = new Workload(info, network, parameters, input, List.of());
        return workload.withReference(ReferenceExecutor.execute(workload));
    }

    private static byte[] bytes(SplittableRandom random, int length, double density) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (random.nextDouble() < density ? random.nextInt(1, 256) : 0);
        }
        return bytes;
    }
}
