/** Images as network inputs: photos, a generated image, and the documented path from pixels to numbers. */
package dev.isos.workloads.image;
