package dev.isos.api.hardware;

import java.util.List;

/** Turns activity into energy and components into area; contributed by plug-ins. Stateless. */
public interface EnergyModel {
    /** {@return short name, for example {@code horowitz-45nm}; unique among energy models} */
    String id();

    /** {@return one sentence for lists, with the sources} */
    String description();

    /**
     * Energy and area of a run.
     *
     * @param components all components of the machine
     * @param activity of those components, of the whole run; several counts may name the same component and action;
     *     empty where nothing runs, which leaves the area
     * @return one entry for each component, also for one that did nothing
     * @throws dev.isos.api.error.IsosException naming component and action that the model has no entry for
     */
    EnergyReport estimate(List<Component> components, List<ActivityCount> activity);
}
