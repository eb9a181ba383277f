package dev.isos.workloads.description;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.isos.core.document.Called;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A description of a network, as it is written.
 *
 * @param name Name of the network (default: the file's name).
 * @param weights Archive of NumPy arrays (.npz), relative to this file.
 * @param input The tensor that layers know as 'input'.
 * @param furtherInputs Tensors that layers know by their names.
 * @param layers In the order in which they are computed.
 */
@Called("the network")
record NetworkDescription(
        @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE) @Nullable
        String name,

        @Nullable String weights,

        Input input,

        @Nullable List<FurtherInput> furtherInputs,

        @Size(min = 1, max = MAX_LAYERS) List<LayerDescription> layers) {
    static final int MAX_CHANNELS = 65_536;
    static final int MAX_SIDE = 16_384;
    static final int MAX_NAME = 200;
    static final String NAME = "^[^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]*$";
    static final String NAME_RULE = "a name of 1 to " + MAX_NAME + " printable characters";
    private static final int MAX_LAYERS = 10_000;

    /** A tensor that enters the network. */
    sealed interface Tensor {
        List<Integer> shape();

        boolean signed();

        double density();
    }

    /**
     * The tensor that layers know as 'input'.
     *
     * @param shape Channels, height, width.
     * @param signed int8 rather than uint8.
     * @param density Share of non-zero values.
     */
    @Called("the input")
    record Input(
            @Size(min = 3, max = 3) List<@Min(1) @Max(MAX_CHANNELS) Integer> shape,
            @JsonProperty(defaultValue = "false") boolean signed,

            @DecimalMin("0") @DecimalMax("1") @JsonProperty(defaultValue = "1")
            double density)
            implements Tensor {}

    /**
     * A further tensor that enters the network.
     *
     * @param name By which layers know it.
     * @param shape Channels, height, width.
     * @param signed int8 rather than uint8.
     * @param density Share of non-zero values.
     */
    @Called("an input")
    record FurtherInput(
            @Size(min = 1, max = MAX_NAME) @Pattern(regexp = NAME, message = NAME_RULE)
            String name,

            @Size(min = 3, max = 3) List<@Min(1) @Max(MAX_CHANNELS) Integer> shape,
            @JsonProperty(defaultValue = "false") boolean signed,

            @DecimalMin("0") @DecimalMax("1") @JsonProperty(defaultValue = "1")
            double density)
            implements Tensor {}
}
