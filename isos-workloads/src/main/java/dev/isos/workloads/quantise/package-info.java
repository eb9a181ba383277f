/** From a float network and calibration inputs to an 8-bit workload. */
package dev.isos.workloads.quantise;
