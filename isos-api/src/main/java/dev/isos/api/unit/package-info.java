/**
 * Values with units, as users write them in files and on command lines: {@code Quantity.BYTES.parse("1 MiB")} gives
 * 1048576.
 */
@NullMarked
package dev.isos.api.unit;

import org.jspecify.annotations.NullMarked;
