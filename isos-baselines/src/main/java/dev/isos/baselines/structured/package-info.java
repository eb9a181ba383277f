/** An array for weights of which at most two of four neighbouring channels are not zero (2:4). */
package dev.isos.baselines.structured;
