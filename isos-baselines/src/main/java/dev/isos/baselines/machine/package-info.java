/**
 * What the machines of this module have in common, as parts that each of them uses: the hardware parameters of clock and memory, the
 * port to off-chip memory, ends of items, timings of segments.
 */
package dev.isos.baselines.machine;
