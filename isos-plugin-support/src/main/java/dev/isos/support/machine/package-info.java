/**
 * What machines are built from: hardware parameters of clock and memory, what a model says of itself, the port to off-chip memory,
 * the account of a run, the timing of items in their order. Begin with {@link dev.isos.support.machine.SimpleMachine}; take
 * {@link dev.isos.support.machine.OrderedRun} for several units and {@link dev.isos.support.machine.AccountedRun} for an order of
 * your own.
 */
@NullMarked
package dev.isos.support.machine;

import org.jspecify.annotations.NullMarked;
