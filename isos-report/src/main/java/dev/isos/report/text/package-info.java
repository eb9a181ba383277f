/** Typed results and how they are written: as tables, JSON, CSV and HTML. */
package dev.isos.report.text;
