package dev.isos.workloads.sparsity;

import dev.isos.api.random.SplitMix;
import java.nio.charset.StandardCharsets;

/**
 * A seeded stream of random numbers of {@link SplitMix}. Streams are named, so that what is
 * drawn for one layer does not depend on the order in which layers are built or on how much others draw. The stream of
 * (seed, network, name) starts where the 64-bit FNV-1a hash of {@code "seed/network/name"} in UTF-8, mixed once, says.
 * Not safe for use by several threads.
 */
public final class RandomStream {
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private final SplitMix generator;

    public RandomStream(long seed, String network, String name) {
        long hash = FNV_OFFSET;
        for (byte b : (seed + "/" + network + "/" + name).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        generator = new SplitMix(SplitMix.mix(hash));
    }

    /** Next 64 uniform bits. */
    public long nextLong() {
        return generator.nextLong();
    }

    /** A uniform integer in {@code 0..bound-1}, to within a bias of {@code bound / 2^63}. */
    public int nextInt(int bound) {
        return (int) Math.multiplyHigh(nextLong() >>> 1, (long) bound << 1);
    }

    /** A uniform double in 0 (inclusive) to 1 (exclusive), a multiple of 2^-53. */
    public double nextDouble() {
        return generator.nextDouble();
    }

    /** A standard normal variate, by inversion. */
    public double nextGaussian() {
        return GaussianQuantile.of(((nextLong() >>> 11) + 0.5) * 0x1.0p-53);
    }
}
