package dev.isos.api.plan;

/** Decides where a network is cut into segments; contributed by plug-ins. Stateless. */
public interface MappingPolicy {
    /** {@return short name, for example {@code block}; unique among mapping policies} */
    String id();

    /** {@return one sentence for lists} */
    String description();

    /**
     * Cuts the whole network.
     *
     * @param context the network, and what can be mapped; for the time of the call, by the calling thread
     * @return every layer of the network once, after all that it reads
     * @throws dev.isos.api.error.IsosException with the rejection's reason when some layer does not fit even alone
     */
    ExecutionPlan plan(PlanningContext context);
}
