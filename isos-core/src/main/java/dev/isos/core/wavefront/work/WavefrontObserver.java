package dev.isos.core.wavefront.work;

/** Watches the engine fiber by fiber; tests hold it to the properties of the dataflow with this. */
public interface WavefrontObserver {
    WavefrontObserver NONE = new WavefrontObserver() {};

    /** The front end has read the non-zero activations of one input fiber. */
    default void inputRead(int pass, int w, int h, int activations) {}

    /** The front end has read an input column; the back end has not yet merged what is complete with it. */
    default void wavefrontRead(int pass, int w, IntermediateRing partials) {}

    /** The back end has written a complete output fiber (of one pass). */
    default void outputWritten(int pass, int q, int p) {}

    /** A pass over the input has ended; so many columns of partial results were live at once at most. */
    default void passEnded(int pass, int mostLiveColumns) {}
}
