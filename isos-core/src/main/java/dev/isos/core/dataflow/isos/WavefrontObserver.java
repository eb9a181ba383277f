package dev.isos.core.dataflow.isos;

/** Watches the engine fiber by fiber; tests hold it to the properties of the dataflow with this. */
interface WavefrontObserver {
    WavefrontObserver NONE = new WavefrontObserver() {};

    /** The front end has read the non-zero activations of one input fiber. */
    default void inputRead(int tile, int w, int h, int activations) {}

    /** The front end has read an input column; the back end has not yet merged what is complete with it. */
    default void wavefrontRead(int tile, int w, PartialResults partials) {}

    /** The back end has written a complete output fiber (of one tile). */
    default void outputWritten(int tile, int q, int p) {}

    /** A pass over the input has ended; so many columns of partial results were live at once at most. */
    default void passEnded(int tile, int mostLiveColumns) {}
}
