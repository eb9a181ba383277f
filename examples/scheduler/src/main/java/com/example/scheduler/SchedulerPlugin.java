package com.example.scheduler;

import dev.isos.api.hardware.part.LaneScheduler;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;

/** Contributes a scheduler for the lanes of ISOSceles. */
public final class SchedulerPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "backlog-scheduler";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.part(new MachinePart<>(
                LaneScheduler.class, "backlog", "in proportion to what waits, whatever was done", spec -> new Backlog()));
    }
}
