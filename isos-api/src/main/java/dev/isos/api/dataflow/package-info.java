/**
 * What has to be done, in exact counts, and never how long it takes. Begin with {@link dev.isos.api.dataflow.Dataflow}: it maps layers,
 * then executes a segment and gives the real outputs and a stream of {@link dev.isos.api.dataflow.WorkItem}s, whose phases and counts
 * its {@link dev.isos.api.dataflow.WorkSchema} declares.
 *
 * <pre>{@code
 * item.begin(MULTIPLY, layer.index(), step, 0, 0).count(PRODUCTS, products).waitFor(inputs).waitFor(weights);
 * int multiplied = context.sink().accept(item);
 * }</pre>
 *
 * <p>Most dataflows that work layer by layer extend {@code LayerByLayerDataflow} of isos-plugin-support instead.
 */
@NullMarked
package dev.isos.api.dataflow;

import org.jspecify.annotations.NullMarked;
