/** Builds network graphs and works out their shapes. */
package dev.isos.workloads.network;
