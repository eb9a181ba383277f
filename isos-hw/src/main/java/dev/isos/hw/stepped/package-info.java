/**
 * The ISOSceles machine stepped cycle by cycle on real operands: slow, written to be read, and what the event-driven lanes are
 * held to. One class per block: {@link dev.isos.hw.stepped.ActivationStream}, {@link dev.isos.hw.stepped.ProcessingElements},
 * {@link dev.isos.hw.stepped.ContextArray}, {@link dev.isos.hw.stepped.BackEnd}, {@link dev.isos.hw.stepped.FilterBuffer} and
 * {@link dev.isos.hw.stepped.TensorMemory}, which {@link dev.isos.hw.stepped.SteppedLanes} puts together. What waits for what,
 * space in queues and turns at the DRAM are those of {@link dev.isos.hw.isosceles.IsoscelesRun}; here they are checked.
 */
package dev.isos.hw.stepped;
