/**
 * The IS-OS dataflow. {@link dev.isos.core.dataflow.isos.IsOsDataflow} is the entry; the rest in order of use:
 *
 * <ul>
 *   <li>mapping: {@code IsOsMapper} decides with {@code FilterFootprint} and {@code WavefrontSchedule} what fits;
 *   <li>execution of a layer: {@code LayerEngine} drives {@code IsFrontend} and {@code OsBackend}, between them
 *       {@code PartialResults}; layers without filters have a {@code ChannelwiseBackend};
 *   <li>work items of a segment: {@code SegmentAssembler}, from the counts in {@code LayerWork} and the order of
 *       {@code WavefrontSchedule}.
 * </ul>
 */
package dev.isos.core.wavefront;
