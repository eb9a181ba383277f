/** Seeded numbers for networks of which only shapes and densities are known. */
package dev.isos.workloads.synthetic;
