package dev.isos.api.hardware;

import java.util.List;

/** Turns activity into energy and components into area; contributed by plug-ins. Stateless. */
public interface EnergyModel {
    /** Short name, for example {@code horowitz-45nm}. */
    String id();

    /** One sentence for lists, with the sources. */
    String description();

    /**
     * Energy and area of a run. Throws {@link dev.isos.api.error.IsosException} naming component and action that the model
     * has no entry for.
     */
    EnergyReport estimate(List<Component> components, List<ActivityCount> activity);
}
