/** A report as one HTML file that needs nothing else: no server, no network, no further file. */
package dev.isos.report.page;
