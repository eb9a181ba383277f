package dev.isos.hw.isosceles;

import dev.isos.api.hardware.part.LaneLink;

/** Lanes of one chip: everything is there at once. The machine does not even ask. */
enum NoLink implements LaneLink {
    INSTANCE;

    @Override
    public Run begin() {
        return (cycle, from, to, bytes) -> cycle;
    }
}
