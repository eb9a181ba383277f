package dev.isos.workloads.onnx;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import java.util.Map;

/**
 * A parsed and checked model: one tensor in, at least one out, nodes in topological order.
 *
 * @param file name of the file, for messages
 * @param inputRank 4 for an image [N, C, H, W], 3 for signals [N, C, W], 2 for features [N, C]
 * @param channelsLast whether the image is [N, H, W, C] instead
 * @param images batch size
 * @param initialisers by name
 * @param nodes each after those whose outputs it reads
 * @param outputs the first is the network's output, the others are results beside it
 */
record OnnxGraph(
        String file,
        String input,
        FeatureMapShape inputShape,
        int inputRank,
        boolean channelsLast,
        int images,
        Map<String, ConstantTensor> initialisers,
        List<OnnxNode> nodes,
        List<String> outputs) {}
