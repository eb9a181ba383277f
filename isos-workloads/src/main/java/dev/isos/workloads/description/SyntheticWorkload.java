package dev.isos.workloads.description;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.Network;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.workloads.description.Description.Entry;
import dev.isos.workloads.description.Description.Input;
import dev.isos.workloads.prune.Pruning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Numbers for a network of which only the layers are known. Stateless. */
public final class SyntheticWorkload {
    private SyntheticWorkload() {}

    /**
     * A workload with drawn weights and input, ReLU after every convolution but the last, and a reference; the same arguments give
     * the same workload.
     *
     * @param weightDensity share of non-zero weights of every convolution, 0..1
     * @param inputDensity share of non-zero values of every tensor that enters the network, 0..1
     * @param seed of everything random
     */
    public static Workload of(Network network, double weightDensity, double inputDensity, long seed) {
        List<Input> inputs = new ArrayList<>();
        inputs.add(new Input("input", network.input(), false, inputDensity));
        for (int i = 0; i < network.furtherInputs().size(); i++) {
            inputs.add(new Input("input" + (i + 1), network.furtherInputs().get(i), false, inputDensity));
        }
        int last = 0;
        for (Layer layer : network.layers()) {
            last = layer.op() instanceof Convolution ? layer.index() : last;
        }
        List<Entry> entries = new ArrayList<>();
        for (Layer layer : network.layers()) {
            boolean relu = layer.index() != last;
            entries.add(new Entry(
                    "network " + network.name(), weightDensity, Optional.empty(), relu, OptionalDouble.empty()));
        }
        Description description = new Description(network.name(), Optional.empty(), network, inputs, entries);
        WorkloadInfo info = new WorkloadInfo(network.name(), network.name(), seed, "drawn numbers", 1f);
        return new RequantisationFitter("network " + network.name(), description, Map.of(), seed, Pruning.parse("none"))
                .workload(info);
    }
}
