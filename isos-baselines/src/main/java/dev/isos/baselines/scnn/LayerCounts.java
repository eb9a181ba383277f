package dev.isos.baselines.scnn;

import java.util.List;

/**
 * What a convolution takes, and its sums in rank order [Q, P, K].
 *
 * @param inputParts parts of the channels in which inputs arrive: part i covers channels i * C / parts to (i + 1) * C / parts
 */
record LayerCounts(List<GroupCounts> groups, int inputParts, int[] sums) {}
