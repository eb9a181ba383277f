package dev.isos.workloads.onnx;

import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.TensorFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is known of a model while its nodes are translated one after another. */
final class TranslationState {
    final OnnxGraph graph;
    final Map<String, ConstantTensor> constants;
    final Map<String, ComputedTensor> tensors = new HashMap<>();
    final List<FloatNode> nodes = new ArrayList<>();
    /** Tensors that are reshaped and transposed, and not yet of a shape that a layer reads. */
    final Map<String, ChannelView> views = new HashMap<>();
    /** 8-bit formats of computed tensors. */
    final Map<String, Quantisation> quantisations = new HashMap<>();
    /** 8-bit origins of constants. */
    final Map<String, QuantisedConstant> quantisedConstants = new HashMap<>();
    /** 8-bit formats that the workload keeps. */
    final Map<String, TensorFormat> formats = new HashMap<>();
    /** Tensors and constants whose zero points the workload cannot keep. */
    int requantised;

    TranslationState(OnnxGraph graph) {
        this.graph = graph;
        this.constants = new HashMap<>(graph.initialisers());
        tensors.put(graph.input(), new ComputedTensor(graph.inputShape(), graph.inputRank()));
    }
}
