/** Exporters: workloads as files that other tools read. */
package dev.isos.workloads.export;
