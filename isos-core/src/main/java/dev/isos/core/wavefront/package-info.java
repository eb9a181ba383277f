/**
 * The IS-OS dataflow. {@link dev.isos.core.wavefront.IsOsDataflow} is the entry, {@link dev.isos.core.wavefront.schema.IsOsSchema} the
 * vocabulary of its work items; the packages below are the blocks of the machine and what is asked of them:
 *
 * <ul>
 *   <li>{@code mapping}: what fits, how rows and channels are tiled and dealt to lanes, in which order wavefronts run;
 *   <li>{@code frontend}: input-stationary products, {@code backend}: output-stationary merges, between them the partial results
 *       in {@code work}, where the counts of a layer's items are kept too;
 *   <li>{@code execution}: drives both ends over a layer ({@code LayerEngine}, {@code StreamedProduct}) and puts the work items of
 *       a segment in order ({@code SegmentAssembler});
 *   <li>{@code estimate}: the same counts in expectation, from densities alone.
 * </ul>
 *
 * <p>Each package depends on those named before it, never the other way round.
 */
package dev.isos.core.wavefront;
