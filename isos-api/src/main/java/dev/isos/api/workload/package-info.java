/**
 * A network with numbers: {@link dev.isos.api.workload.Workload} has weights, post-operations, an input and, of each layer, the digest of
 * the reference's output. {@link dev.isos.api.workload.WorkloadSource} builds some, {@link dev.isos.api.workload.NetworkImporter} reads them
 * from files, {@link dev.isos.api.workload.WorkloadExporter} writes them. {@link dev.isos.api.workload.WorkloadBuilder} makes small ones
 * with random numbers, for tests.
 *
 * <pre>{@code
 * WorkloadBuilder builder = new WorkloadBuilder("tiny", 1, new FeatureMapShape(16, 28, 28), false, 0.5);
 * builder.convolution(Layer.NETWORK_INPUT, 32, 1, Window.square(3, 1, 1), 0.1);
 * Workload workload = builder.build();
 * }</pre>
 */
@NullMarked
package dev.isos.api.workload;

import org.jspecify.annotations.NullMarked;
