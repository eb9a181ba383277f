/**
 * Dataflows as loop nests that are data, and one engine that computes reuse, storage and traffic of any of them.
 *
 * <p>{@link dev.isos.core.loopnest.LoopNest} is the order, tiling and spatial mapping of one layer;
 * {@link dev.isos.core.loopnest.LoopNestDataflow} adds the loops that are fused over a segment of layers;
 * {@link dev.isos.core.loopnest.NestWalk} counts what one layer moves under a nest;
 * {@link dev.isos.core.loopnest.DataflowAnalysis} does so for a network. See {@code docs/dataflows.md}.
 */
package dev.isos.core.loopnest;
