package dev.isos.api.law;

import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.HardwareModel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Every multiply-accumulate, its operands and every off-chip byte are paid for: each component has one entry in the energy model, the
 * machine declares as many multipliers as it says that it multiplies with, and its activity names all that it did. A broken law ends
 * the run with a sentence ({@link dev.isos.api.error.IsosException}). Safe for use by many threads.
 */
public final class EnergyLaws {
    /** By which a sum of energies may differ from another order of adding. */
    private static final double ROUNDING = 1e-9;

    /** Actions that give operands to a multiplier. */
    private static final Set<String> READS = Set.of("read", "deliver");

    private final String where;
    private final HardwareModel hardware;
    private final List<Component> components;

    /** Energy of one of an activity: the same for every segment. */
    private final Map<One, Double> ofOne = new ConcurrentHashMap<>();

    /**
     * The laws of one machine.
     *
     * @param where with which every message begins
     * @param hardware asked for its components and its peak
     */
    public EnergyLaws(String where, HardwareModel hardware) {
        this.where = where;
        this.hardware = hardware;
        this.components = hardware.components();
    }

    /**
     * What can be checked before anything runs.
     *
     * @param energy estimates the components without activity
     * @throws dev.isos.api.error.IsosException where the components are broken, or have fewer multipliers than the
     *     machine's peak
     */
    public void components(EnergyModel energy) {
        long multipliers = 0;
        Map<String, Category> categories = categories(estimate(energy, List.of()));
        for (Component component : components) {
            multipliers += categories.get(component.name()) == Category.MAC ? component.instances() : 0;
        }
        Set<String> acting =
                hardware.activities().stream().map(Activity::component).collect(Collectors.toSet());
        for (Component component : components) {
            require(
                    acting.remove(component.name()),
                    () -> "declares no activity of component '" + component.name() + "', whose energy would be none");
        }
        require(acting.isEmpty(), () -> "declares activities of " + acting + ", which are no components of it");
        require(
                multipliers >= hardware.peakMacsPerCycle(),
                "declares components with " + multipliers + " multipliers, for a peak of " + hardware.peakMacsPerCycle()
                        + " MACs per cycle");
    }

    /**
     * Energy of some activity; every component has one entry, and nothing else has any. The entry of the off-chip memory is its bytes
     * times the energy of a byte.
     *
     * @param energy turns the activity into picojoules
     * @param activity counts of components of the machine; may be empty
     * @return what the energy model gave, checked
     * @throws dev.isos.api.error.IsosException where a component or an entry is missing, doubled or negative, or an entry is not what
     *     the off-chip bytes cost
     */
    public EnergyReport estimate(EnergyModel energy, List<ActivityCount> activity) {
        Set<String> names = new HashSet<>();
        for (Component component : components) {
            require(names.add(component.name()), () -> "declares component '" + component.name() + "' twice");
            require(component.instances() > 0, () -> "has no instances of component '" + component.name() + "'");
        }
        for (ActivityCount count : activity) {
            require(
                    names.contains(count.component()),
                    () -> "reports activity of '" + count.component() + "', which is not a component of it");
            require(
                    count.count() >= 0,
                    () -> "reports " + count.count() + " times '" + count.action() + "' of '" + count.component()
                            + "'");
        }
        EnergyReport report = energy.estimate(components, activity);
        Set<String> left = new HashSet<>(names);
        for (EnergyReport.Entry entry : report.entries()) {
            require(
                    left.remove(entry.component()),
                    () -> "has an entry of energy model " + energy.id() + " for '" + entry.component() + "', which is "
                            + (names.contains(entry.component()) ? "its second one" : "not a component of it"));
            require(
                    entry.energyPj() >= 0 && entry.areaMm2() >= 0,
                    () -> "has negative energy or area of component '" + entry.component() + "' in energy model "
                            + energy.id());
        }
        require(left.isEmpty(), () -> "has no entry in energy model " + energy.id() + " for the components " + left);
        for (EnergyReport.Entry entry : report.entries()) {
            if (entry.category() == Category.DRAM) {
                double pj = activity.stream()
                        .filter(count -> count.component().equals(entry.component()))
                        .mapToDouble(count -> count.count() * pjOfOne(energy, count))
                        .sum();
                require(
                        Math.abs(entry.energyPj() - pj) <= ROUNDING * pj,
                        () -> "has " + entry.energyPj() + " pJ of component '" + entry.component()
                                + "' in energy model " + energy.id() + ", whose bytes take " + pj);
            }
        }
        return report;
    }

    private double pjOfOne(EnergyModel energy, ActivityCount count) {
        ActivityCount one = new ActivityCount(count.component(), count.action(), 1);
        return ofOne.computeIfAbsent(
                new One(energy, one),
                key -> energy.estimate(components, List.of(one)).totalPj());
    }

    private record One(EnergyModel energy, ActivityCount activity) {}

    /**
     * Every MAC and every byte is the activity of a component. Of the operands and the sum of a MAC, at most two are shared with other
     * multipliers or wired to them, so that at least a byte is read for each MAC, be it from a memory or from registers.
     *
     * @param energy that of the activity
     * @param activity of the run
     * @param performedMacs multiply-accumulates of the run
     * @param readBytes off-chip bytes read
     * @param writtenBytes off-chip bytes written
     * @throws dev.isos.api.error.IsosException where the activity counts fewer MACs or operands, or other off-chip bytes
     */
    public void activity(
            EnergyReport energy, List<ActivityCount> activity, long performedMacs, long readBytes, long writtenBytes) {
        Map<String, Category> categories = categories(energy);
        long macs = 0;
        long reads = 0;
        long writes = 0;
        long operands = 0;
        for (ActivityCount count : activity) {
            Category category = categories.get(count.component());
            macs += category == Category.MAC ? count.count() : 0;
            reads += category == Category.DRAM && count.action().equals("read") ? count.count() : 0;
            operands += category != Category.DRAM && READS.contains(count.action()) ? count.count() : 0;
            writes += category == Category.DRAM && count.action().equals("write") ? count.count() : 0;
        }
        require(macs >= performedMacs, "accounts for " + macs + " MACs of components, performed " + performedMacs);
        require(
                operands >= performedMacs,
                "reads " + operands + " bytes on chip, fewer than one for each of " + performedMacs + " MACs");
        require(reads == readBytes, "accounts for " + reads + " off-chip bytes read, moved " + readBytes);
        require(writes == writtenBytes, "accounts for " + writes + " off-chip bytes written, moved " + writtenBytes);
    }

    private static Map<String, Category> categories(EnergyReport report) {
        Map<String, Category> categories = new HashMap<>();
        report.entries().forEach(entry -> categories.put(entry.component(), entry.category()));
        return categories;
    }

    private void require(boolean holds, String sentence) {
        require(holds, () -> sentence);
    }

    /** @param sentence made only where it is needed: these laws are checked for each layer of each estimate */
    private void require(boolean holds, Supplier<String> sentence) {
        if (!holds) {
            throw RunLaws.broken(where, sentence.get());
        }
    }
}
