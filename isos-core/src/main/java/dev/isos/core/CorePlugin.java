package dev.isos.core;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.core.plan.GreedyPolicy;
import dev.isos.core.plan.Objective;
import dev.isos.core.plan.OptimalPolicy;
import dev.isos.core.plan.SinglePolicy;
import dev.isos.core.wavefront.IsOsDataflow;

/** The core's own contributions, through the same door as everybody's. */
public final class CorePlugin implements IsosPlugin {
    @Override
    public String id() {
        return "isos-core";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.dataflow(new IsOsDataflow());
        registrar.mappingPolicy(new SinglePolicy());
        registrar.mappingPolicy(GreedyPolicy.greedy());
        registrar.mappingPolicy(GreedyPolicy.block());
        for (Objective objective : Objective.values()) {
            registrar.mappingPolicy(new OptimalPolicy(objective));
        }
    }
}
