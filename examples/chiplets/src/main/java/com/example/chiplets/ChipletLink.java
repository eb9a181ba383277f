package com.example.chiplets;

import dev.isos.api.hardware.part.LaneLink;

/**
 * A link with a queue in each direction: bytes leave in the order in which they come, and what stays on a chiplet is there at once.
 *
 * @param border first lane of the second chiplet
 */
record ChipletLink(int border, double bytesPerCycle, long latencyCycles) implements LaneLink {
    @Override
    public Run begin() {
        double[] freeFrom = new double[2];
        return (cycle, from, to, bytes) -> {
            if (from < border == to < border || bytes == 0) {
                return cycle;
            }
            int direction = from < border ? 0 : 1;
            freeFrom[direction] = Math.max(freeFrom[direction], cycle) + bytes / bytesPerCycle;
            return (long) Math.ceil(freeFrom[direction]) + latencyCycles;
        };
    }
}
