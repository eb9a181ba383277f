/**
 * Layers and how they are connected, without numbers. Begin with {@link dev.isos.api.network.NetworkBuilder}.
 *
 * <pre>{@code
 * NetworkBuilder builder = new NetworkBuilder("tiny", new FeatureMapShape(16, 28, 28));
 * int stem = builder.convolution("stem", Layer.NETWORK_INPUT, 32, 3, 1, 1);
 * Network network = builder.build();
 * }</pre>
 */
@NullMarked
package dev.isos.api.network;

import org.jspecify.annotations.NullMarked;
