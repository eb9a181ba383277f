/**
 * The ONNX importer: {@code OnnxModelReader} turns a file into a checked graph, {@code OnnxTranslator} (with
 * {@code ConstantFolding}) turns that into a {@link dev.isos.workloads.graph.FloatGraph}, which is then rewritten and
 * quantised. To support a further operator, add it to the translator.
 */
package dev.isos.workloads.onnx;
