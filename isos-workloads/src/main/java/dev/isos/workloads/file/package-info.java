/** Workload files, and the cache that is made of them. */
package dev.isos.workloads.file;
