/** Standard streams and what is behind them. */
package dev.isos.report.console;
