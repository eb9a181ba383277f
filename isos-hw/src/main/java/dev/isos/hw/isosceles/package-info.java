/**
 * The ISOSceles machine: lanes with a front end, a back end and a post-op unit each, a shared filter buffer with a
 * multicast port, wavefront queues in the lanes, and DRAM; time-multiplexed over the layers of a segment. Event-driven at
 * the granularity of (layer, wavefront, row, slice).
 */
package dev.isos.hw.isosceles;
