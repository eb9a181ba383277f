package dev.isos.study.explore;

import dev.isos.study.sweep.Evaluated;

/** Is told what an exploration finds, as soon as it is found; called by many threads. */
public interface ExplorationListener {
    /** Is told nothing. */
    ExplorationListener NONE = new ExplorationListener() {};

    /** There are so many points more than {@link Exploration#points()} and earlier calls said. */
    default void more(int points) {}

    /**
     * It is known what becomes of a point.
     *
     * @param computed whether it was computed just now; else it was in the store
     */
    default void found(Evaluated point, boolean computed) {}
}
