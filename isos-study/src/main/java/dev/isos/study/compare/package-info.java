/** Accelerators beside each other on the same workloads. */
package dev.isos.study.compare;
