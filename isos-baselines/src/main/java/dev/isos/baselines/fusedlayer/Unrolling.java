package dev.isos.baselines.fusedlayer;

/** Which convolutions the array may work on by output channels x pixels, where that takes fewer steps than by channels alone. */
enum Unrolling {
    /** Depthwise ones only. */
    DEPTHWISE,
    /** Any. */
    ANY,
    /** However the array does it, all multipliers work in every step. */
    PERFECT
}
