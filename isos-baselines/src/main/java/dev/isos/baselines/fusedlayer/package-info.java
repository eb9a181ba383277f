/**
 * The Fused-Layer baseline (Alwani, Chen, Ferdman and Milder, Fused-Layer CNN Accelerators, MICRO 2016): a dense
 * accelerator that computes groups of consecutive layers tile by tile as a pyramid, so that what lies between them never
 * leaves the chip. {@link dev.isos.baselines.fusedlayer.FusedLayerDataflow} computes and counts,
 * {@link dev.isos.baselines.fusedlayer.FusedLayerModel} times,
 * {@link dev.isos.baselines.fusedlayer.FusedLayerPolicy} chooses the groups.
 */
package dev.isos.baselines.fusedlayer;
