package dev.isos.core.loopnest;

/** Slots that a random number of weights occupies in instructions of a fixed width. */
final class PackedSlots {
    private PackedSlots() {}

    /**
     * Expected {@code width * ceil(X / width)} for a binomial X. It is E[X] plus the expected places left empty in the last
     * instruction, which depend on X modulo width alone: the coefficients of {@code (1-d + d*z)^n mod (z^width - 1)}.
     */
    static double expected(long n, double density, int width) {
        double[] power = new double[width];
        power[0] = 1;
        double[] base = new double[width];
        base[0] = 1 - density;
        base[1 % width] += density;
        for (long left = n; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                power = multiply(power, base);
            }
            base = multiply(base, base);
        }
        double empty = 0;
        for (int remainder = 1; remainder < width; remainder++) {
            empty += power[remainder] * (width - remainder);
        }
        return n * density + empty;
    }

    private static double[] multiply(double[] a, double[] b) {
        double[] product = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                product[(i + j) % a.length] += a[i] * b[j];
            }
        }
        return product;
    }
}
