package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.TensorFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known of a model while its nodes are translated one after another. */
final class TranslationState {
    final OnnxGraph graph;
    final Map<String, ConstantTensor> constants;
    /** Computed tensors of the model, each by where it lies in a tensor between layers. */
    final Map<String, TensorView> views = new HashMap<>();
    /** Shapes of the tensors between layers. */
    final Map<String, FeatureMapShape> shapes = new HashMap<>();

    final List<FloatNode> nodes = new ArrayList<>();
    /** Constants that enter the network beside its input. */
    final Map<String, FloatGraph.Constant> tensorConstants = new LinkedHashMap<>();
    /** Tensors that were already laid out in another way, by view and layout. */
    final Map<List<TensorView>, String> arranged = new HashMap<>();
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
        shapes.put(graph.input(), graph.inputShape());
        TensorView input = TensorView.standard(graph.input(), graph.inputShape(), graph.inputRank(), graph.images());
        views.put(graph.input(), graph.channelsLast() ? input.transposed(new int[] {0, 2, 3, 1}) : input);
    }
}
