/**
 * How long work takes, what moves, and what it costs. Begin with {@link dev.isos.api.hardware.HardwareModelFactory}: it declares parameters as
 * data ({@link dev.isos.api.hardware.HardwareParameter}) and makes a {@link dev.isos.api.hardware.HardwareModel}, which begins a
 * {@link dev.isos.api.hardware.MachineRun} for each simulation. A machine never looks into tensors: it is given work items.
 *
 * <p>{@code SimpleMachine} and {@code OrderedRun} of isos-plugin-support are what most machines need.
 */
@NullMarked
package dev.isos.api.hardware;

import org.jspecify.annotations.NullMarked;
