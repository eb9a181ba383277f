/** Post-operations that give computed activations a stated density. */
package dev.isos.workloads.calibration;
