package dev.isos.core.plugin;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadSource;

/** What a plug-in can contribute. */
public enum ContributionKind {
    /** Of {@link Dataflow}. */
    DATAFLOW(Dataflow.class, "dataflow"),
    /** Of {@link HardwareModelFactory}. */
    HARDWARE(HardwareModelFactory.class, "hardware"),
    /** Of {@link EnergyModel}. */
    ENERGY_MODEL(EnergyModel.class, "energy model"),
    /** Of {@link MappingPolicy}. */
    MAPPING(MappingPolicy.class, "mapping"),
    /** Of {@link Accelerator}. */
    ACCELERATOR(Accelerator.class, "accelerator"),
    /** Of {@link WorkloadSource}, which contributes each of its workloads. */
    WORKLOAD(WorkloadSource.class, "workload"),
    /** Of {@link NetworkImporter}. */
    IMPORTER(NetworkImporter.class, "importer"),
    /** Of {@link WorkloadExporter}. */
    EXPORTER(WorkloadExporter.class, "exporter"),
    /** Of {@link MachinePart}; ids are those of the parts, each after its type. */
    PART(MachinePart.class, "machine part");

    private final Class<?> type;
    private final String label;

    ContributionKind(Class<?> type, String label) {
        this.type = type;
        this.label = label;
    }

    /** The word for one in messages. */
    public String label() {
        return label;
    }

    static ContributionKind of(Class<?> type) {
        for (ContributionKind kind : values()) {
            if (kind.type == type) {
                return kind;
            }
        }
        throw new IllegalArgumentException(type + " is nothing that plug-ins contribute");
    }
}
