/**
 * Real 8-bit tensors. {@link dev.isos.api.tensor.ActivationTensor} holds a map dense, in rank order [W, H, C];
 * {@link dev.isos.api.tensor.FilterTensor} holds filters as a fibertree [C, R, S, K], of which K is compressed. Their arrays are shared, not
 * copied, and must not be modified once the tensor is given away.
 *
 * <pre>{@code
 * for (int i = filters.starts()[f]; i < filters.starts()[f + 1]; i++) { // the non-zero weights of fiber f
 *     sums[filters.coordinates()[i]] += value * filters.payloads()[i];
 * }
 * }</pre>
 */
@NullMarked
package dev.isos.api.tensor;

import org.jspecify.annotations.NullMarked;
