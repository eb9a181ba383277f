/** What dataflows that work layer by layer have in common; it knows nothing of any machine. */
package dev.isos.support.layers;
