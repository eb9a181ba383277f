package dev.isos.api.dataflow;

/**
 * A part of a machine whose time depends on how operands meet in it, for example accumulator banks in which products collide. The
 * machine supplies it, a dataflow that {@linkplain Dataflow#requiredUnitModel() needs it} drives it with
 * operands and passes on its answers as counts of the work items, without reading them.
 *
 * <p>A value: immutable, with equals and hashCode over all that its answers depend on, because functional executions are
 * shared by it. What it drives is made anew for each execution.
 */
public interface UnitModel {}
