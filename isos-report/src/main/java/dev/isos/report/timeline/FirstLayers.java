package dev.isos.report.timeline;

import dev.isos.api.network.Network;
import dev.isos.api.workload.Workload;

/** The beginning of a workload as a workload. */
final class FirstLayers {
    private FirstLayers() {}

    /** The first layers with their numbers; what no layer of them reads is a result. */
    static Workload of(Workload workload, int layers) {
        Network whole = workload.network();
        return new Workload(
                workload.info(),
                new Network(whole.name(), whole.input(), whole.layers().subList(0, layers), whole.furtherInputs()),
                workload.parameters().subList(0, layers),
                workload.input(),
                workload.hasReference() ? workload.reference().subList(0, layers) : workload.reference(),
                workload.furtherInputs());
    }
}
