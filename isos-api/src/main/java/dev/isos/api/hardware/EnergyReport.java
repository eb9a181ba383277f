package dev.isos.api.hardware;

import java.util.List;

/**
 * Energy and area by component. Energy is that of actions, without leakage.
 *
 * @param entries one for each component of the machine, in any order
 */
public record EnergyReport(List<Entry> entries) {
    /**
     * Copies the list.
     *
     * @param entries at most one for each component
     */
    public EnergyReport {
        entries = List.copyOf(entries);
    }

    /** What an entry is added up under in a result. */
    public enum Category {
        /** Multipliers. */
        MAC,
        /** On-chip memories. */
        SRAM,
        /** Off-chip memory; its actions {@code read} and {@code write} count bytes. */
        DRAM,
        /** Everything else, for example adders and networks. */
        OTHER
    }

    /**
     * One component.
     *
     * @param component name of the {@link Component}
     * @param category what it is added up under
     * @param energyPj energy of the run, picojoules
     * @param areaMm2 area of all instances, square millimetres; 0 for what is off chip
     */
    public record Entry(String component, Category category, double energyPj, double areaMm2) {}

    /**
     * Energy of all components of a category.
     *
     * @param category of {@link Entry#category()}
     * @return picojoules; 0 where no component is of the category
     */
    public double energyPj(Category category) {
        return entries.stream()
                .filter(e -> e.category() == category)
                .mapToDouble(Entry::energyPj)
                .sum();
    }

    /** {@return energy of all components, picojoules} */
    public double totalPj() {
        return entries.stream().mapToDouble(Entry::energyPj).sum();
    }

    /** {@return area of all components, square millimetres} */
    public double areaMm2() {
        return entries.stream().mapToDouble(Entry::areaMm2).sum();
    }
}
