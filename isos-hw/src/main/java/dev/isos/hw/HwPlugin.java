package dev.isos.hw;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.hw.isosceles.IsoscelesFactory;
import dev.isos.hw.isosceles.IsoscelesNext;
import dev.isos.hw.stepped.SteppedRun;

/** Contributes the machine {@code isosceles}, its accelerators and the energy tables. */
public final class HwPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "isos-hw";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.hardware(new IsoscelesFactory(
                model -> (request, schema, operands) -> new SteppedRun(model, request, schema, operands)));
        registrar.hardware(IsoscelesFactory.next(
                model -> (request, schema, operands) -> new SteppedRun(model, request, schema, operands)));
        TableEnergyModel.builtIn().forEach(registrar::energyModel);
        registrar.accelerator(new Accelerator(
                "isosceles",
                "ISOSceles as published: pipelines of as many whole blocks as fit",
                IsOsDataflow.ID,
                "isosceles",
                "greedy"));
        registrar.accelerator(new Accelerator(
                "isosceles-single",
                "ISOSceles with one layer at a time: what pipelining brings",
                IsOsDataflow.ID,
                "isosceles",
                "single"));
        registrar.accelerator(new Accelerator(
                "isosceles-optimal",
                "ISOSceles with the cuts of least estimated latency",
                IsOsDataflow.ID,
                "isosceles",
                "optimal"));
        registrar.accelerator(new Accelerator(
                IsoscelesNext.ID, "ISOSceles on the same area, faster", IsOsDataflow.ID, IsoscelesNext.ID, "greedy"));
        // last, so that whoever asks for one of these hears why there is none
        UsedSchema.require(IsOsSchema.WITH_PLACES);
    }
}
