package dev.isos.core.simulate;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.network.Layer;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Decides whether a dataflow and a hardware model understand each other. */
final class Pairing {
    private Pairing() {}

    /** Refuses a network with an operation that the dataflow does not execute. */
    static void requireOperations(ConfiguredAccelerator accelerator, Workload workload) {
        Dataflow dataflow = accelerator.dataflow();
        List<Layer> others = workload.network().layers().stream()
                .filter(layer -> !dataflow.executes(layer))
                .toList();
        if (!others.isEmpty()) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "accelerator " + accelerator.accelerator().id() + " cannot run "
                            + workload.info().id() + ": dataflow " + dataflow.id() + " does not execute the "
                            + others.get(0).op().label() + " of layer "
                            + others.get(0).name()
                            + nor(others.size() - 1));
        }
    }

    private static String nor(int others) {
        return others == 0 ? "" : ", nor " + others + (others == 1 ? " other layer" : " other layers");
    }

    /**
     * Refuses a pairing that cannot work with a sentence that names everything that is missing.
     *
     * @param makers the plug-ins that the two are of, with their versions; none if nobody knows
     */
    static void check(String accelerator, Dataflow dataflow, HardwareModel hardware, Collection<String> makers) {
        List<String> missing = new ArrayList<>();
        for (String key : dataflow.requiredGeometry().stream().sorted().toList()) {
            if (!hardware.geometry().has(key)) {
                missing.add("the geometry '" + key + "' from the hardware");
            }
        }
        dataflow.requiredUnitModel()
                .filter(type -> hardware.unitModel().filter(type::isInstance).isEmpty())
                .ifPresent(type -> missing.add("the unit model '" + type.getSimpleName() + "' from the hardware"));
        if (missing.isEmpty()) {
            WorkSchema schema = dataflow.schema(hardware.geometry());
            for (Phase phase : schema.phases()) {
                if (!hardware.supportedPhases().contains(phase.id())) {
                    missing.add("the phase '" + phase.id() + "' in the hardware");
                }
            }
            for (String metric : hardware.requiredMetrics().stream().sorted().toList()) {
                if (schema.offset(metric) < 0) {
                    missing.add("the metric '" + metric + "' from the dataflow");
                }
            }
            for (String metric : ActivityAccount.unread(schema, hardware)) {
                missing.add("in the hardware a reader of the metric '" + metric + "'");
            }
        }
        if (!missing.isEmpty()) {
            throw new IsosException(
                    ErrorCode.INFEASIBLE,
                    "accelerator " + accelerator + ": dataflow " + dataflow.id() + " and hardware "
                            + hardware.spec().id() + " do not fit together, missing is " + String.join(", ", missing)
                            + (makers.isEmpty() ? "" : "; they are of " + String.join(" and ", makers)));
        }
    }
}
