/** Takes weights out of imported networks: per layer, over the whole network, by a table, or n of m. */
package dev.isos.workloads.prune;
