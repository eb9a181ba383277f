/** Off-chip memory as a shared bandwidth server. */
package dev.isos.support.dram;
