package dev.isos.api.hardware;

import java.util.List;

/** Energy and area by component. */
public record EnergyReport(List<Entry> entries) {
    public EnergyReport {
        entries = List.copyOf(entries);
    }

    /** What an entry is added up under in a result. */
    public enum Category {
        MAC,
        SRAM,
        DRAM,
        OTHER
    }

    /**
     * One component.
     *
     * @param energyPj energy of the run, picojoules
     * @param areaMm2 area of all instances, square millimetres; 0 for what is off chip
     */
    public record Entry(String component, Category category, double energyPj, double areaMm2) {}

    public double energyPj(Category category) {
        return entries.stream()
                .filter(e -> e.category() == category)
                .mapToDouble(Entry::energyPj)
                .sum();
    }

    public double totalPj() {
        return entries.stream().mapToDouble(Entry::energyPj).sum();
    }

    public double areaMm2() {
        return entries.stream().mapToDouble(Entry::areaMm2).sum();
    }
}
