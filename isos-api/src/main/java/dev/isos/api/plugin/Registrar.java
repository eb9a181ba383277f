package dev.isos.api.plugin;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadSource;

/** Takes what a plug-in offers. Every id is unique among contributions of its kind; a second one is refused by name. */
public interface Registrar {
    void dataflow(Dataflow dataflow);

    void hardware(HardwareModelFactory factory);

    void energyModel(EnergyModel model);

    void mappingPolicy(MappingPolicy policy);

    void accelerator(Accelerator accelerator);

    void workloads(WorkloadSource source);

    void importer(NetworkImporter importer);

    /** A host from before exporters existed takes none. */
    default void exporter(WorkloadExporter exporter) {}
}
