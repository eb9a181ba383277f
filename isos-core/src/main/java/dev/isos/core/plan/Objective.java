package dev.isos.core.plan;

import dev.isos.api.error.IsosException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a plan is to make least. Each has a mapping policy of its own, so that results and sweeps name it. */
public enum Objective {
    /** Estimated cycles; of equals, the least off-chip bytes. */
    CYCLES("optimal", "estimated cycles"),

    /** Estimated off-chip bytes; of equals, the fewest cycles. */
    BYTES("optimal-bytes", "estimated off-chip bytes"),

    /** Estimated energy, by the energy model of the accelerator; of equals, the fewest cycles. */
    ENERGY("optimal-energy", "estimated energy");

    private final String policy;
    private final String what;

    Objective(String policy, String what) {
        this.policy = policy;
        this.what = what;
    }

    /** {@return the name that users write} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return id of the mapping policy that makes it least} */
    public String policy() {
        return policy;
    }

    /** {@return what it counts, in words} */
    String what() {
        return what;
    }

    /**
     * The mapping policy that is asked for, where an objective may be stated beside it.
     *
     * @param mapping id of a policy, or a plan file; null for the accelerator's own
     * @param objective id of an objective; null for none
     * @param place the option where the objective stands, for messages
     * @return id of the policy, or the plan file
     * @throws IsosException when there is no such objective, or when it is stated for a mapping that makes nothing least
     */
    public static Optional<String> mapping(String mapping, String objective, String place) {
        if (objective == null) {
            return Optional.ofNullable(mapping);
        }
        Objective asked = Arrays.stream(values())
                .filter(each -> each.id().equals(objective))
                .findFirst()
                .orElseThrow(() -> IsosException.badInput(place + ": expected "
                        + Arrays.stream(values()).map(Objective::id).collect(Collectors.joining(", "))
                        + ", got '" + objective + "'"));
        if (!CYCLES.policy.equals(mapping)) {
            throw IsosException.badInput(place + " " + objective + ": expected mapping " + CYCLES.policy + ", got "
                    + (mapping == null ? "none" : mapping));
        }
        return Optional.of(asked.policy);
    }
}
