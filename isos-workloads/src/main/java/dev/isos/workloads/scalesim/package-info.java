/** Importer of SCALE-Sim topologies. */
package dev.isos.workloads.scalesim;
