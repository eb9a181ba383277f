package dev.isos.hw;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.hw.isosceles.IsoscelesFactory;
import dev.isos.hw.stepped.SteppedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Contributes the machine {@code isosceles}, its accelerators and the energy tables. */
public final class HwPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "isos-hw";
    }

    /** The module's version, which the build writes into a resource. */
    @Override
    public String version() {
        try (InputStream in = HwPlugin.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("resource version.properties is missing");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        CompiledSchema.require(IsOsSchema.SCHEMA);
        registrar.hardware(new IsoscelesFactory(
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
    }
}
