/** HTML and SVG as templates write them. */
package dev.isos.report.html;
