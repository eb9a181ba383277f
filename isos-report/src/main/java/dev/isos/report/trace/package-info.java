/** What a machine did when, as a trace-event file for Perfetto and chrome://tracing, bounded in size. */
package dev.isos.report.trace;
