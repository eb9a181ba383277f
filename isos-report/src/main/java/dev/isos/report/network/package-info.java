/** The network of runs as a graph to walk through: layers, what passes between them, and the segments that they run in. */
package dev.isos.report.network;
