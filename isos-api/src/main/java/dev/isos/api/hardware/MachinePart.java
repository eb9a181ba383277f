package dev.isos.api.hardware;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A part of a machine that is chosen by id. Immutable.
 *
 * @param <T> what the machine makes use of, for example {@code LaneScheduler}
 * @param type the same as a class: parameters of hardware name it
 * @param id unique among parts of the type; what hardware files and {@code --set} say
 * @param description one sentence for lists
 * @param parameters keys that a configuration has only where this part is chosen; the part's own, by convention after its id
 * @param maker makes the part of one configuration; throws {@link dev.isos.api.error.IsosException} when values contradict each other
 */
public record MachinePart<T>(
        Class<T> type,
        String id,
        String description,
        List<HardwareParameter> parameters,
        Function<HardwareSpec, T> maker) {
    /**
     * Copies the parameters.
     *
     * @param type not null
     * @param id as hardware files name it
     * @param description one sentence
     * @param parameters empty where the part has none
     * @param maker not null; called by {@link HardwareSpec#part}
     */
    public MachinePart {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(maker, "maker");
        parameters = List.copyOf(parameters);
    }

    /**
     * A part without parameters of its own.
     *
     * @param type kind of part
     * @param id unique among parts of the type
     * @param description one sentence for lists
     * @param maker makes the part of one configuration
     */
    public MachinePart(Class<T> type, String id, String description, Function<HardwareSpec, T> maker) {
        this(type, id, description, List.of(), maker);
    }
}
