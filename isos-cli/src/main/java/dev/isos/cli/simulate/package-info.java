/** Runs many simulations and tells how far they are. */
package dev.isos.cli.simulate;
