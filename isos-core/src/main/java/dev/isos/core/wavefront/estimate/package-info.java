/** What IS-OS is expected to count, from shapes and densities alone. */
package dev.isos.core.wavefront.estimate;
