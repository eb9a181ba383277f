/** What dataflows that work layer by layer have in common. */
package dev.isos.baselines.layers;
