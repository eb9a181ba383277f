/** Figures of what differs between two results. */
package dev.isos.report.diff;
