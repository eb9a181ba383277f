package dev.isos.core.loopnest;

/** A loop that visits coordinates of a rank. */
sealed interface RankTraversal permits Loop, StepLoop {
    Rank rank();
}
