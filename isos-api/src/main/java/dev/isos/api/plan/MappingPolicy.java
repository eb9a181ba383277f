package dev.isos.api.plan;

/** Decides where a network is cut into segments; contributed by plug-ins. Stateless. */
public interface MappingPolicy {
    /** Short name, for example {@code block}. */
    String id();

    /** One sentence for lists. */
    String description();

    /**
     * Cuts the whole network. Throws {@link dev.isos.api.error.IsosException} with the rejection's reason when some layer
     * does not fit even alone.
     */
    ExecutionPlan plan(PlanningContext context);
}
