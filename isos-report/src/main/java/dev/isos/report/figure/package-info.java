/** The figures of a report as data: charts, tables and remarks, each number with the run that gave it. */
package dev.isos.report.figure;
