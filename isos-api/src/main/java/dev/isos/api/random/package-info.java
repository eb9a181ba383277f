/** Seeded random numbers that are the same everywhere: {@code new SplitMix(seed).between(1, 6)}. */
package dev.isos.api.random;
