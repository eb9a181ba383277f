package dev.isos.core;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.core.dataflow.isos.IsOsAnalyticalDataflow;
import dev.isos.core.dataflow.isos.IsOsDataflow;
import dev.isos.core.plan.BlockPolicy;
import dev.isos.core.plan.OptimalPolicy;
import dev.isos.core.plan.SinglePolicy;

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
        registrar.dataflow(new IsOsAnalyticalDataflow());
        registrar.mappingPolicy(new SinglePolicy());
        registrar.mappingPolicy(new BlockPolicy());
        registrar.mappingPolicy(new OptimalPolicy());
    }
}
