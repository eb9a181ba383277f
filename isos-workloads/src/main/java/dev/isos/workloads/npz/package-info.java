/** A bounded reader of NumPy arrays. */
package dev.isos.workloads.npz;
