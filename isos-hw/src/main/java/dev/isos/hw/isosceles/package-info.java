/**
 * The ISOSceles machine (HPCA 2023), event-driven at the granularity of (layer, wavefront, row, lane): lanes with front ends and
 * back ends that the layers of a pipeline share, queues in the lanes, a shared filter buffer, and DRAM.
 */
package dev.isos.hw.isosceles;
