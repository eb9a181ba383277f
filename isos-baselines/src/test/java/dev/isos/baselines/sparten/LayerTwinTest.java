package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.baselines.sparten.SparTenHarness.Outcome;
import dev.isos.support.machine.CommonParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The fast model beside the cycle-stepped one, on random layers that compute alone limits. */
class LayerTwinTest {
    private static final int CASES = Integer.getInteger("isos.twin.cases", 30);

    @Test
    void theFastModelTakesTheCyclesOfTheTwin(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        double worst = 0;
        double sum = 0;
        int singles = 0;
        int paired = 0;
        for (int i = 0; i < CASES; i++) {
            Balancing balancing = Balancing.values()[random.between(0, 2)];
            int clusters = random.between(1, 6);
            int units = random.between(1, 8);
            int chunk = random.oneOf(64, 128);
            int slack = random.between(0, 3);
            // channels that leave the last chunk short, or fill it
            int channels = random.oneOf(3, 6, 7, 64, 100, 128, 130, 200, 256);
            int kernel = random.oneOf(1, 3);
            int size = random.between(kernel + 1, 9);
            WorkloadBuilder builder = new WorkloadBuilder(
                    "twin",
                    seed + i,
                    new FeatureMapShape(channels, size, size + 1),
                    false,
                    random.oneOf(0.1, 0.5, 1.0));
            builder.convolution(
                    Layer.NETWORK_INPUT,
                    random.between(1, 40),
                    1,
                    Window.square(kernel, random.between(1, 2), kernel / 2),
                    random.oneOf(0.02, 0.2, 1.0));
            Workload workload = builder.build();
            SparTenModel model = SparTenHarness.model(
                    "clusters=" + clusters,
                    "units=" + units,
                    "chunk=" + chunk,
                    "slack=" + slack,
                    "balancing=" + CommonParameters.text(balancing),
                    "dram.bandwidth=100000 GB/s",
                    "dram.latency=0 ns",
                    "clock=1 MHz");
            Outcome outcome = SparTenHarness.run(workload, model);
            LayerTiming timing = outcome.report().layers().get(0);
            boolean pairs = FilterGroups.of(workload.network().layer(0), workload.filters(0), model.geometry())
                            .filtersPerUnit()
                    == 2;
            LayerTwin twin = new LayerTwin(workload, clusters, units, chunk, slack, balancing);
            int expected = twin.cycles(pairs);
            long cycles = timing.endCycle() - timing.startCycle();
            String where = "case " + i + " of seed " + seed + ", " + balancing + (pairs ? " in pairs" : "");
            assertEquals(twin.products, outcome.products(0), where);
            // every load ends with a whole cycle: that of the first inputs, and one for each group of filters
            long loads = 1
                    + outcome.items().stream()
                            .filter(item -> item.phase() == SparTenWork.LOAD_FILTERS && item.row() == 0)
                            .count();
            double error = Math.max(0, Math.abs(cycles - expected) - loads) / (double) expected;
            worst = Math.max(worst, error);
            sum += Math.abs(cycles - expected) / (double) expected;
            assertTrue(error <= 0.02, where + ": " + cycles + " cycles, twin " + expected);
            paired += pairs ? 1 : 0;
            singles += !pairs && balancing != Balancing.NONE ? 1 : 0;
        }
        System.out.println("Differences from the twin: " + "mean " + sum / CASES + ", worst beside loads " + worst
                + ", layers in pairs " + paired + ", not " + singles);
        assertTrue(paired > CASES / 10 && singles > CASES / 20, paired + " layers in pairs, " + singles + " not");
    }
}
