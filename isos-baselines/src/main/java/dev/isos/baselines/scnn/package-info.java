/**
 * The SCNN baseline (Parashar et al., "SCNN: An Accelerator for Compressed-sparse Convolutional Neural Networks", ISCA 2017):
 * a grid of processing elements that each own a tile of the input map and multiply vectors of its non-zero activations with
 * vectors of non-zero weights, all with all. {@link dev.isos.baselines.scnn.ScnnDataflow} computes and counts,
 * {@link dev.isos.baselines.scnn.ScnnModel} times, {@link dev.isos.baselines.scnn.ScnnPolicy} cuts the network into chains
 * whose activations can stay on chip.
 */
package dev.isos.baselines.scnn;
