package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import java.util.Map;

/**
 * A parsed and checked model: one image in, one tensor out, nodes in topological order.
 *
 * @param file name of the file, for messages
 * @param inputRank 4 for an image [N, C, H, W], 2 for features [N, C]
 * @param initialisers by name
 * @param nodes each after those whose outputs it reads
 */
record OnnxGraph(
        String file,
        String input,
        FeatureMapShape inputShape,
        int inputRank,
        Map<String, ConstantTensor> initialisers,
        List<OnnxNode> nodes,
        String output) {}
