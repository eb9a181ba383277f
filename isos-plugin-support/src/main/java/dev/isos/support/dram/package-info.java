/** Off-chip memory as a shared bandwidth server. */
@NullMarked
package dev.isos.support.dram;

import org.jspecify.annotations.NullMarked;
