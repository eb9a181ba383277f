/** Built-in networks and workloads. */
package dev.isos.workloads.builtin;
