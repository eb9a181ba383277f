package dev.isos.workloads.scalesim;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadRequest.Part;
import dev.isos.core.bound.WorkBound;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.workloads.prune.Pruning;
import dev.isos.workloads.sparsity.RandomStream;
import dev.isos.workloads.synthetic.SyntheticNumbers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Imports topologies of SCALE-Sim (Samajdar et al., ISPASS 2020): lists of convolutions or matrix products of which only
 * the shapes are known. The layers do not feed one another: each reads a seeded uint8 tensor of its own, has seeded
 * weights, both without zeros, and ends in a ReLU.
 */
public final class ScaleSimImporter implements NetworkImporter {
    /** Inputs, weights and outputs of all layers together. */
    private static final long MAX_ELEMENTS = 1L << 28;

    /** Beyond this many multiply-accumulates the reference is left to those who verify. */
    private static final long MAX_REFERENCE_MACS = 1L << 28;

    @Override
    public String id() {
        return "scale-sim";
    }

    @Override
    public String description() {
        return "SCALE-Sim topologies (.csv): lists of convolutions or matrix products; weights and inputs are seeded, dense.";
    }

    @Override
    public Optional<String> declines(Path file) {
        return Optional.ofNullable(TopologyReader.declines(file));
    }

    @Override
    public Set<Part> uses(WorkloadRequest request) {
        return EnumSet.of(Part.SEED, Part.PRUNING);
    }

    @Override
    public Workload load(Path file, WorkloadRequest request) {
        if (!request.images().isEmpty()) {
            throw IsosException.badInput(
                    "topology " + file + ": images were given, but each of its layers has a seeded input of its own");
        }
        Pruning pruning = Pruning.parse(request.prune());
        TopologyReader.Topology topology = TopologyReader.read(file);
        try {
            return workload(file, topology, request.seed(), pruning);
        } catch (OutOfMemoryError e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "topology " + file + " needs more memory than Java was given", e);
        }
    }

    private static Workload workload(Path file, TopologyReader.Topology topology, long seed, Pruning pruning) {
        String name = nameOf(file);
        Network network = network(file, name, topology.rows());
        List<LayerParameters> parameters = new ArrayList<>();
        List<ActivationTensor> inputs = new ArrayList<>();
        List<FilterTensor> dense = new ArrayList<>();
        for (Layer layer : network.layers()) {
            dense.add(SyntheticNumbers.filters(
                    layer.filterShape(), 1, new RandomStream(seed, name, layer.index() + "/weights")));
        }
        List<String> names = network.layers().stream().map(Layer::name).toList();
        List<FilterTensor> pruned = pruning.applyToFilters("topology " + file, names, dense);
        for (Layer layer : network.layers()) {
            ActivationTensor input = SyntheticNumbers.activations(
                    layer.inputShape(), false, 1, new RandomStream(seed, name, layer.index() + "/input"));
            FilterTensor filters = pruned.get(layer.index());
            inputs.add(input);
            parameters.add(new LayerParameters(filters, SyntheticNumbers.requantisation(filters, input, true)));
        }
        String source = "scale-sim importer: shapes of " + file.getFileName()
                + ", layers independent of one another, seeded dense weights and inputs"
                + (pruning.isNone() ? "" : "; weights " + pruning.describe())
                + (topology.sparsityIgnored() ? "; the sparsity column is not applied" : "");
        Workload workload = new Workload(
                new WorkloadInfo(name, name, seed, source, 1f),
                network,
                parameters,
                inputs.get(0),
                List.of(),
                inputs.subList(1, inputs.size()));
        return network.denseMacs() > MAX_REFERENCE_MACS
                ? workload
                : workload.withReference(ReferenceExecutor.execute(workload));
    }

    private static Network network(Path file, String name, List<TopologyRow> rows) {
        NetworkBuilder builder = new NetworkBuilder(name, rows.get(0).input());
        long elements = 0;
        for (TopologyRow row : rows) {
            try {
                int operand = row == rows.get(0) ? Layer.NETWORK_INPUT : builder.furtherInput(row.input());
                builder.add(row.name(), row.convolution(), List.of(operand), Layer.NONE);
                int outputs = row.convolution().outputChannels();
                int rowsOut =
                        row.convolution().window().outputHeight(row.input().height());
                int columnsOut =
                        row.convolution().window().outputWidth(row.input().width());
                long kernel = (long) row.convolution().window().rows()
                        * row.convolution().window().columns();
                elements += row.input().elements()
                        + (long) outputs * rowsOut * columnsOut
                        + kernel * outputs * row.input().channels();
                if (elements > MAX_ELEMENTS) {
                    throw new IllegalArgumentException("the layers up to here have " + elements
                            + " inputs, weights and outputs, at most " + MAX_ELEMENTS + " are supported");
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new IsosException(
                        ErrorCode.BAD_INPUT, "topology " + file + ", line " + row.line() + ": " + e.getMessage(), e);
            }
        }
        Network network = builder.build();
        new WorkBound("topology " + file, 0)
                .require(network, layer -> layer.filterShape().elements());
        return network;
    }

    private static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, Math.max(1, name.length() - ".csv".length()));
    }
}
