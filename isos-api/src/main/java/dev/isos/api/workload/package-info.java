/**
 * A network with numbers: {@link dev.isos.api.workload.Workload} has weights, post-operations, an input and, of each layer, the digest of
 * the reference's output. {@link dev.isos.api.workload.WorkloadSource} builds some, {@link dev.isos.api.workload.NetworkImporter} reads them
 * from files, {@link dev.isos.api.workload.WorkloadExporter} writes them.
 */
@NullMarked
package dev.isos.api.workload;

import org.jspecify.annotations.NullMarked;
