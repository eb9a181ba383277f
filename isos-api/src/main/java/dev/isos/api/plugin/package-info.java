/**
 * How strangers add dataflows, machines and importers: a {@link dev.isos.api.plugin.IsosPlugin}, named in
 * {@code META-INF/services/dev.isos.api.plugin.IsosPlugin} of a jar, offers them to a {@link dev.isos.api.plugin.Registrar}.
 *
 * <pre>{@code
 * public void contribute(Registrar registrar) {
 *     registrar.dataflow(new MyDataflow());
 *     registrar.hardware(new MyMachine());
 *     registrar.accelerator(new Accelerator("mine", "what it is", "my-dataflow", "my-machine", "single"));
 * }
 * }</pre>
 */
@NullMarked
package dev.isos.api.plugin;

import org.jspecify.annotations.NullMarked;
