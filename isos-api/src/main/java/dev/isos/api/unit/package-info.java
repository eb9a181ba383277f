/** What a dataflow may ask of the hardware that it counts for, beyond numbers: a {@link dev.isos.api.unit.UnitModel}. */
@NullMarked
package dev.isos.api.unit;

import org.jspecify.annotations.NullMarked;
