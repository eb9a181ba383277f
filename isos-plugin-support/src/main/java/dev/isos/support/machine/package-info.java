/**
 * What the machines of this module have in common: hardware parameters of clock and memory, what a model says of itself, the port to
 * off-chip memory, the timing of items in their order.
 */
package dev.isos.support.machine;
