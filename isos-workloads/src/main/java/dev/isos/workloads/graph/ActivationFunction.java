package dev.isos.workloads.graph;

import java.util.function.DoubleUnaryOperator;

/**
 * An activation function that is no clamp, as ONNX defines it. Computed in float64 with {@link StrictMath} and rounded to
 * float32.
 *
 * @param alpha first parameter, where the kind has one
 * @param beta second parameter, where the kind has one
 * @param formula what a {@link Kind#COMPOSITE} computes, else null; alpha is 0 where no value is negative, else
 *     negative infinity
 */
public record ActivationFunction(Kind kind, float alpha, float beta, DoubleUnaryOperator formula) {
    /** Kinds, named as ONNX operators. */
    public enum Kind {
        LEAKY_RELU,
        ELU,
        SELU,
        CELU,
        SIGMOID,
        HARD_SIGMOID,
        HARD_SWISH,
        SWISH,
        TANH,
        SOFTPLUS,
        SOFTSIGN,
        MISH,
        GELU,
        GELU_TANH,
        THRESHOLDED_RELU,
        ABS,
        EXP,
        SQRT,
        LOG,
        ERF,
        RECIPROCAL,
        POWER,
        COMPOSITE
    }

    public ActivationFunction(Kind kind, float alpha, float beta) {
        this(kind, alpha, beta, null);
    }

    /**
     * Several functions in one.
     *
     * @param low a bound that no value lies below, or negative infinity
     */
    public static ActivationFunction composite(DoubleUnaryOperator formula, float low) {
        return new ActivationFunction(Kind.COMPOSITE, low >= 0 ? 0 : Float.NEGATIVE_INFINITY, 0, formula);
    }

    /** The function's value. */
    public float apply(float value) {
        return (float) value(value);
    }

    /** The function's value before it is rounded to float32. */
    public double value(double x) {
        return switch (kind) {
            case LEAKY_RELU -> x < 0 ? alpha * x : x;
            case ELU -> x < 0 ? alpha * StrictMath.expm1(x) : x;
            case SELU -> beta * (x <= 0 ? alpha * StrictMath.expm1(x) : x);
            case CELU -> Math.max(0, x) + Math.min(0, alpha * StrictMath.expm1(x / alpha));
            case SIGMOID -> sigmoid(x);
            case HARD_SIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
            case HARD_SWISH -> x * Math.max(0, Math.min(1, x / 6 + 0.5));
            case SWISH -> x * sigmoid(alpha * x);
            case TANH -> StrictMath.tanh(x);
            case SOFTPLUS -> softplus(x);
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case MISH -> x * StrictMath.tanh(softplus(x));
            case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
            case GELU_TANH -> 0.5 * x * (1 + StrictMath.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case THRESHOLDED_RELU -> x > alpha ? x : 0;
            case ABS -> Math.abs(x);
            case EXP -> StrictMath.exp(x);
            case SQRT -> Math.sqrt(x);
            case LOG -> StrictMath.log(x);
            case ERF -> erf(x);
            case RECIPROCAL -> 1 / x;
            case POWER -> StrictMath.pow(x, alpha);
            case COMPOSITE -> formula.applyAsDouble(x);
        };
    }

    /** A bound that no value lies below; negative infinity where there is none at zero. */
    public float low() {
        return switch (kind) {
            case SIGMOID, HARD_SIGMOID, SOFTPLUS, ABS, EXP, SQRT -> 0f;
            case THRESHOLDED_RELU -> alpha >= 0 ? 0f : Float.NEGATIVE_INFINITY;
            case POWER -> alpha % 2 == 0 ? 0f : Float.NEGATIVE_INFINITY;
            case COMPOSITE -> alpha;
            case LEAKY_RELU -> alpha <= 0 ? 0f : Float.NEGATIVE_INFINITY;
            default -> Float.NEGATIVE_INFINITY;
        };
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
    }

    private static double softplus(double x) {
        return Math.max(0, x) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    /** Error function: its Maclaurin series, and beyond 6, where float64 knows no difference, 1. */
    private static double erf(double x) {
        double a = Math.abs(x);
        if (a > 6) {
            return Math.signum(x);
        }
        // erf(a) = 2/sqrt(pi) * exp(-a^2) * sum over n of 2^n a^(2n+1) / (2n+1)!!; all terms positive, so nothing
        // cancels.
        double term = a;
        double sum = a;
        for (int n = 1; term > sum * 1e-17; n++) {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return Math.signum(x) * Math.min(1, 2 / Math.sqrt(Math.PI) * StrictMath.exp(-a * a) * sum);
    }
}
