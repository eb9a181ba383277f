/** The page of a sweep: its points in a plane, over all axes and as a table. */
package dev.isos.report.sweep;
