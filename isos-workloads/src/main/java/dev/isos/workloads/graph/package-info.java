/**
 * Networks in float arithmetic: what importers produce and quantisation consumes. {@link dev.isos.workloads.graph.FloatGraph}
 * is the representation, {@link dev.isos.workloads.graph.FloatExecutor} its reference.
 */
package dev.isos.workloads.graph;
