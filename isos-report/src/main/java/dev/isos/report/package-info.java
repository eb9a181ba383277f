/** Results as pages: {@link dev.isos.report.Report} is where to begin. */
package dev.isos.report;
