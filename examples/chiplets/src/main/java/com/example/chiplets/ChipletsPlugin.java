package com.example.chiplets;

import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.unit.Quantity;
import dev.isos.api.hardware.part.LaneLink;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import java.util.List;

/** ISOSceles on two chiplets: the first half of the lanes on one, the others on the other, with a link between them. */
public final class ChipletsPlugin implements IsosPlugin {
    private static final List<HardwareParameter> PARAMETERS = List.of(
            HardwareParameter.number(
                    "chiplets.bandwidth", Quantity.BYTES_PER_SECOND, "64 GB/s", "1 MB/s", "100000 GB/s",
                    "bandwidth of the link between the chiplets, in each direction", "ours: half of the off-chip bandwidth"),
            HardwareParameter.number(
                    "chiplets.latency", Quantity.SECONDS, "10 ns", "0 ns", "1 ms",
                    "time from the last byte's departure to its arrival", "ours: ten cycles at 1 GHz"));

    @Override
    public String id() {
        return "chiplets";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.part(new MachinePart<>(
                LaneLink.class, "two-chiplets", "lanes on two chiplets, with a link between them", PARAMETERS,
                spec -> new ChipletLink(
                        spec.count("lanes") / 2,
                        spec.real("chiplets.bandwidth") / spec.real("clock"),
                        Math.round(spec.real("chiplets.latency") * spec.real("clock")))));
    }
}
