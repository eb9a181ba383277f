/**
 * A pairing of a dataflow, a hardware and a mapping policy under one id: {@link dev.isos.api.accelerator.Accelerator}. Each of the three may
 * come from any plug-in.
 *
 * <pre>{@code
 * registrar.accelerator(new Accelerator("mine", "SparTen, a layer at a time", "sparten", "sparten", "single"));
 * }</pre>
 */
@NullMarked
package dev.isos.api.accelerator;

import org.jspecify.annotations.NullMarked;
