package dev.isos.core.wavefront.mapping;

/**
 * What a pass does of a layer: output rows {@code firstOutput .. endOutput - 1} and output channels {@code firstChannel ..
 * endChannel - 1}, for which it reads the input rows {@code firstInput .. endInput - 1}.
 */
public record Pass(int firstInput, int endInput, int firstOutput, int endOutput, int firstChannel, int endChannel) {
    /** Input rows that are read. */
    public int inputRows() {
        return endInput - firstInput;
    }

    /** Output rows that are made. */
    public int outputRows() {
        return endOutput - firstOutput;
    }
}
