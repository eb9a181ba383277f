package com.example.importer;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;

/** Contributes a reader of chains of convolutions. */
public final class ImporterPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "chain-importer";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.importer(new ChainImporter());
    }
}
