/**
 * Parts of machines that can be exchanged by id: a plug-in contributes a {@link dev.isos.api.hardware.MachinePart}, a hardware file
 * or {@code --set} chooses it where the hardware declares a parameter for that kind of part.
 *
 * <pre>{@code
 * registrar.part(new MachinePart<>(LaneScheduler.class, "backlog", "the layer that waits most goes first", spec -> new Backlog()));
 * // isos run -w resnet50-96 -a isosceles --set scheduling=backlog --plugins target/plugins
 * }</pre>
 */
@NullMarked
package dev.isos.api.hardware.part;

import org.jspecify.annotations.NullMarked;
