/**
 * What dataflows that work layer by layer are built from; it knows nothing of any machine. Extend
 * {@link dev.isos.support.layers.LayerByLayerDataflow}, give items with {@link dev.isos.support.layers.LayerItems} and outputs with
 * {@link dev.isos.support.layers.LayerArithmetic}.
 */
@NullMarked
package dev.isos.support.layers;

import org.jspecify.annotations.NullMarked;
