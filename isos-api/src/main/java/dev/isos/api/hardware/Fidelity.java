package dev.isos.api.hardware;

import java.util.Locale;

/** How closely a machine is simulated. */
public enum Fidelity {
    /** Work items are carried out event by event on exact counts: the default, which every machine has. */
    EVENT,
    /** Every block in every cycle on real operands; the outputs come out of the machine's own datapath. */
    STEPPED,
    /** Densities alone: nothing is executed, there are no outputs. */
    ANALYTICAL;

    /** {@return name on the command line and in results, for example {@code event}} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
