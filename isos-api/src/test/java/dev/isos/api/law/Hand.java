package dev.isos.api.law;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;

/** Items, segments and workloads made by hand. */
final class Hand {
    static final int LOAD_WEIGHTS = 0;
    static final int LOAD_INPUTS = 1;
    static final int MULTIPLY = 2;
    static final int STORE = 3;

    /** Another count comes before the products. */
    static final WorkSchema SCHEMA = new WorkSchema(
            List.of(
                    new Phase("load-weights", PhaseKind.READ, "weights"),
                    new Phase("load-inputs", PhaseKind.READ, "inputs"),
                    new Phase("multiply", PhaseKind.COMPUTE, "products"),
                    new Phase("store", PhaseKind.WRITE, "outputs")),
            List.of(new WorkMetric("elements", "elements", "read", 2), WorkMetric.PRODUCTS));

    private static final int PRODUCTS = 2;

    private Hand() {}

    /** A machine that moves 2 bytes and makes 4 products per cycle. */
    static HardwareModel machine() {
        return new HandMachine(4);
    }

    static WorkItem item(int phase, int layer, int... waits) {
        WorkItem item = new WorkItem(SCHEMA).begin(phase, layer, 0, 0, 0);
        Arrays.stream(waits).forEach(item::waitFor);
        return item;
    }

    static WorkItem weights(int layer, long bytes, int... waits) {
        return item(LOAD_WEIGHTS, layer, waits).moves(TensorRole.WEIGHTS, layer, bytes);
    }

    static WorkItem inputs(int layer, int tensor, long bytes, int... waits) {
        return item(LOAD_INPUTS, layer, waits).moves(TensorRole.INPUTS, tensor, bytes);
    }

    static WorkItem multiply(int layer, int place, int products, int... waits) {
        WorkItem item = new WorkItem(SCHEMA).begin(MULTIPLY, layer, 0, 0, place);
        item.count(0, 1000).count(1, 1000).count(PRODUCTS, products);
        Arrays.stream(waits).forEach(item::waitFor);
        return item;
    }

    static WorkItem store(int layer, long bytes, int... waits) {
        return item(STORE, layer, waits).moves(TensorRole.OUTPUTS, layer, bytes);
    }

    static Segment segment(int... layers) {
        return new Segment(
                IntStream.of(layers).boxed().toList(),
                IntStream.of(layers)
                        .mapToObj(layer -> new LayerMapping(layer, Map.of()))
                        .toList(),
                List.of(),
                List.of());
    }

    static ActivationTensor tensor(FeatureMapShape shape, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new ActivationTensor(shape, false, bytes);
    }

    static ActivationTensor filled(FeatureMapShape shape, int value) {
        byte[] bytes = new byte[shape.elements()];
        Arrays.fill(bytes, (byte) value);
        return new ActivationTensor(shape, false, bytes);
    }

    /** @param weights of each layer with filters, in the order [K, C/G, R, S] */
    static Workload workload(Network network, Map<Integer, byte[]> weights) {
        List<LayerParameters> parameters = new ArrayList<>();
        for (Layer layer : network.layers()) {
            Requantisation identity =
                    Requantisation.identity(layer.outputShape().channels(), false, 1f);
            parameters.add(
                    weights.containsKey(layer.index())
                            ? new LayerParameters(
                                    FilterTensor.fromDense(layer.filterShape(), weights.get(layer.index())), identity)
                            : new LayerParameters(identity));
        }
        return new Workload(
                new WorkloadInfo("w", network.name(), 1, "by hand", 1f),
                network,
                parameters,
                filled(network.input(), 1),
                List.of(),
                network.furtherInputs().stream().map(shape -> filled(shape, 1)).toList());
    }

    static byte[] ones(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 1);
        return ones;
    }

    static void broken(String sentence, Executable run) {
        IsosException e = assertThrows(IsosException.class, run);
        assertEquals(sentence, e.getMessage());
        assertEquals(ErrorCode.SIMULATION_FAILED, e.code());
    }
}
