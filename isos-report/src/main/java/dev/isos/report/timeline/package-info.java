/** Pictures of a run over time: which layer each lane works on, and one layer wavefront by wavefront. */
package dev.isos.report.timeline;
