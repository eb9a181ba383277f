package dev.isos.core.simulate;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.result.RunResult.Energy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Energy of parts of a run: what the energy model makes of the activity of some layers. There is none where the machine does not
 * count by layer, or where the model's energy of all parts is not that of the whole, as of one that is not proportional to counts.
 */
final class EnergyByLayer {
    /** Of sums of doubles. */
    private static final double ROUNDING = 1e-9;

    private final EnergyLaws laws;
    private final EnergyModel model;
    private final List<LayerTiming> layers;
    private final BiFunction<List<Integer>, Map<String, Long>, List<ActivityCount>> activity;
    private final boolean known;

    /** @param activity of some layers, with what the machine counts itself for them */
    EnergyByLayer(
            EnergyLaws laws,
            EnergyModel model,
            MachineReport report,
            BiFunction<List<Integer>, Map<String, Long>, List<ActivityCount>> activity) {
        this.laws = laws;
        this.model = model;
        this.layers = report.layers();
        this.activity = activity;
        List<Integer> all = IntStream.range(0, layers.size()).boxed().toList();
        this.known = own(all).equals(report.counts()) && addsUp(all, report.counts());
    }

    private boolean addsUp(List<Integer> all, Map<String, Long> counts) {
        List<ActivityCount> whole = activity.apply(all, counts);
        double total = laws.estimate(model, whole).totalPj();
        double sum = all.stream()
                .mapToDouble(layer -> estimate(List.of(layer)).totalPj())
                .sum();
        // counts are whole numbers, part by part
        List<ActivityCount> rounding = whole.stream()
                .map(each -> new ActivityCount(each.component(), each.action(), all.size()))
                .toList();
        return Math.abs(sum - total)
                <= ROUNDING * total + laws.estimate(model, rounding).totalPj();
    }

    /** What the machine counts itself for some layers; names that a layer does not have count 0. */
    private Map<String, Long> own(List<Integer> some) {
        Map<String, Long> sum = new HashMap<>();
        some.forEach(layer -> layers.get(layer).counts().forEach((name, count) -> sum.merge(name, count, Long::sum)));
        return sum;
    }

    private EnergyReport estimate(List<Integer> some) {
        return laws.estimate(model, activity.apply(some, own(some)));
    }

    /** Energy of some layers, or null where that is not known. */
    @Nullable
    Energy of(List<Integer> some) {
        return known ? energy(estimate(some)) : null;
    }

    /** By category. */
    static Energy energy(EnergyReport report) {
        return new Energy(
                report.energyPj(Category.MAC),
                report.energyPj(Category.SRAM),
                report.energyPj(Category.DRAM),
                report.energyPj(Category.OTHER),
                report.totalPj());
    }
}
