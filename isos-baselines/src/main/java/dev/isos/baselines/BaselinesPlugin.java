package dev.isos.baselines;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.baselines.fusedlayer.FusedLayerDataflow;
import dev.isos.baselines.fusedlayer.FusedLayerFactory;
import dev.isos.baselines.fusedlayer.FusedLayerPolicy;
import dev.isos.baselines.scnn.ScnnDataflow;
import dev.isos.baselines.scnn.ScnnFactory;
import dev.isos.baselines.scnn.ScnnPolicy;
import dev.isos.baselines.sparten.SparTenDataflow;
import dev.isos.baselines.sparten.SparTenFactory;
import dev.isos.baselines.structured.StructuredDataflow;
import dev.isos.baselines.structured.StructuredMachine;
import dev.isos.baselines.systolic.Stationarity;
import dev.isos.baselines.systolic.SystolicDataflow;
import dev.isos.baselines.systolic.SystolicFactory;

/** Contributes the accelerators that ISOSceles is compared with. */
public final class BaselinesPlugin implements IsosPlugin {
    @Override
    public String id() {
        return "isos-baselines";
    }

    @Override
    public ApiVersion builtAgainst() {
        return new ApiVersion(0, 1);
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.dataflow(new SparTenDataflow());
        registrar.hardware(new SparTenFactory());
        registrar.hardware(SparTenFactory.published());
        registrar.accelerator(new Accelerator(
                "sparten",
                "SparTen as the ISOSceles paper evaluates it: layer by layer, each window fetched again for 64 filters",
                "sparten",
                "sparten",
                "single"));
        registrar.accelerator(new Accelerator(
                "sparten-ideal",
                "SparTen (MICRO 2019) with 4096 MACs: layer by layer, inputs read once where they fit, GB-S balancing",
                "sparten",
                "sparten-ideal",
                "single"));
        registrar.dataflow(new FusedLayerDataflow());
        registrar.hardware(new FusedLayerFactory());
        registrar.hardware(FusedLayerFactory.published());
        registrar.mappingPolicy(new FusedLayerPolicy());
        registrar.accelerator(new Accelerator(
                "fused-layer",
                "Fused-Layer as the ISOSceles paper evaluates it: dense, two bytes per element, greedy groups",
                "fused-layer",
                "fused-layer",
                "greedy"));
        registrar.accelerator(new Accelerator(
                "fused-layer-ideal",
                "Fused-Layer (MICRO 2016) with 4096 MACs: dense, groups of layers with least traffic, overlaps kept",
                "fused-layer",
                "fused-layer-ideal",
                "fused-layer"));
        registrar.dataflow(new ScnnDataflow());
        registrar.hardware(new ScnnFactory());
        registrar.mappingPolicy(new ScnnPolicy());
        registrar.accelerator(new Accelerator(
                "scnn",
                "SCNN (ISCA 2017) with 4096 MACs: Cartesian products of compressed operands, activations on chip if they fit",
                "scnn",
                "scnn",
                "scnn"));
        registrar.hardware(new SystolicFactory());
        for (Stationarity stationarity : Stationarity.values()) {
            registrar.dataflow(new SystolicDataflow(stationarity));
            registrar.accelerator(new Accelerator(
                    stationarity.dataflow(),
                    "dense systolic array of 64 x 64 MACs, " + stationarity.text() + " stationary, layer by layer",
                    stationarity.dataflow(),
                    "systolic",
                    "single"));
        }
        registrar.dataflow(new StructuredDataflow());
        registrar.hardware(StructuredMachine.KIND);
        registrar.accelerator(new Accelerator(
                "structured",
                "array of 4096 MACs for 2:4 structured sparsity: two of four weights in a step, layer by layer",
                StructuredDataflow.ID,
                "structured",
                "single"));
    }
}
