package dev.isos.core.loopnest;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Multiplier slots spent on a layer.
 *
 * @param effectual products of two non-zero operands
 * @param occupied slots of which no other product could make use, those of the effectual products included
 */
public record SlotUse(double effectual, double occupied) {
    /** Of a layer that does not multiply. */
    static final SlotUse NONE = new SlotUse(0, 0);

    SlotUse plus(SlotUse other) {
        return new SlotUse(effectual + other.effectual, occupied + other.occupied);
    }

    /** Share of the occupied slots that do effectual work, 0..1; 0 when none is occupied. */
    @JsonProperty
    public double utilization() {
        return occupied == 0 ? 0 : effectual / occupied;
    }
}
