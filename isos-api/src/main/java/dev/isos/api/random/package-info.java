/** Seeded random numbers that are the same everywhere: {@code new SplitMix(seed).between(1, 6)}. */
@NullMarked
package dev.isos.api.random;

import org.jspecify.annotations.NullMarked;
