package dev.isos.workloads.onnx;

/** Operators that exporters write out as several, made one again before nodes are translated. */
final class OnnxPatterns {
    private OnnxPatterns() {}

    static OnnxGraph apply(OnnxGraph graph) {
        return graph;
    }
}
