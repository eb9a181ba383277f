/** Displays the progress of many simulations on a terminal. */
package dev.isos.cli.simulate;
