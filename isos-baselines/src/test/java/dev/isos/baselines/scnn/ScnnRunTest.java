package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.baselines.scnn.ScnnHarness.Outcome;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.RecordedItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScnnRunTest {
    private static Workload layer(FeatureMapShape input, int filters, Window window, double density) {
        WorkloadBuilder builder = new WorkloadBuilder("layer", 5, input, false, 1);
        builder.convolution(Layer.NETWORK_INPUT, filters, 1, window, density);
        return builder.build();
    }

    @Test
    void oneElementByHand() {
        // 2 x 2 inputs and 3 filters of 1x1, all non-zero, on one element of 2 x 2 multipliers and as many banks as
        // sums
        ScnnModel model = ScnnHarness.model(
                "gridRows=1",
                "gridColumns=1",
                "weightVector=2",
                "activationVector=2",
                "banks=16",
                "bankEntries=1",
                "dram.bandwidth=1 GB/s",
                "dram.latency=10 ns",
                "ppuWidth=4");
        Outcome outcome = ScnnHarness.run(layer(new FeatureMapShape(1, 2, 2), 3, Window.square(1, 1, 0), 1), model);
        RecordedItem cartesian = outcome.phase(ScnnWork.CARTESIAN).get(0);
        assertEquals(12, cartesian.count(ScnnWork.PRODUCTS));
        // 2 activation vectors meet 2 weight vectors
        assertEquals(4, cartesian.count(ScnnWork.BANK_TIME));
        assertEquals(12, outcome.phase(ScnnWork.DRAIN).get(0).count(ScnnWork.DRAINED_SUMS));
        // entries of 12 bits
        assertEquals(5, outcome.bytes(ScnnWork.LOAD_WEIGHTS));
        assertEquals(6, outcome.bytes(ScnnWork.LOAD_INPUTS));
        long stored = outcome.bytes(ScnnWork.STORE_OUTPUTS);
        assertEquals(11 + 10 + 4 + 3 + stored, outcome.report().cycles());
    }

    @Test
    void edgeProductsAreMadeAndDiscarded() {
        // 3x3 without padding on 4 x 4: 16 inputs meet 9 weights, though 4 outputs keep 9 products each
        Workload workload = layer(new FeatureMapShape(1, 4, 4), 1, Window.square(3, 1, 0), 1);
        Outcome outcome = ScnnHarness.run(workload, ScnnHarness.model(ScnnHarness.SMALL));
        assertEquals(16 * 9, outcome.count(ScnnWork.PRODUCTS));
    }

    @Test
    void stridesAreDecomposedIntoPhases() {
        // 2x2 with stride 2 on 4 x 4: each input meets the one weight of its phase
        Workload workload = layer(new FeatureMapShape(1, 4, 4), 1, Window.square(2, 2, 0), 1);
        Outcome outcome = ScnnHarness.run(workload, ScnnHarness.model(ScnnHarness.SMALL));
        assertEquals(16, outcome.count(ScnnWork.PRODUCTS));
    }

    @Test
    void halosOfTwoElements() {
        // 1x3 window, padded, on a map of 4 x 2 columns over two elements of 2 columns: each sends one column to the
        // other
        Workload workload = layer(new FeatureMapShape(1, 2, 4), 3, new Window(1, 3, 1, 1, 0, 1, 0, 1, 1, 1), 1);
        Outcome outcome = ScnnHarness.run(
                workload, ScnnHarness.model("gridRows=1", "gridColumns=2", "banks=64", "bankEntries=1"));
        assertEquals(2 * 2 * 3, outcome.count(ScnnWork.HALO_SUMS));
    }

    @Test
    void fullyConnectedLayersDivideTheirChannels() {
        // 8 channels over 4 elements, 5 filters: each element makes 2 x 5 products and keeps 2 of 5 sums
        Workload workload = layer(new FeatureMapShape(8, 1, 1), 5, Window.square(1, 1, 0), 1);
        Outcome outcome = ScnnHarness.run(workload, ScnnHarness.model("gridRows=2", "gridColumns=2"));
        assertEquals(40, outcome.count(ScnnWork.PRODUCTS));
        for (int pe = 0; pe < 4; pe++) {
            int place = pe;
            assertEquals(
                    10,
                    outcome.phase(ScnnWork.CARTESIAN).stream()
                            .filter(i -> i.place() == place)
                            .mapToLong(i -> i.count(ScnnWork.PRODUCTS))
                            .sum());
        }
        assertEquals(4 * 3, outcome.count(ScnnWork.HALO_SUMS));
        assertTrue(
                ScnnHarness.simulate(workload, ScnnHarness.model("gridRows=2")).verified());
    }

    @Test
    void poolingsAreDividedByTheirInputs() {
        WorkloadBuilder builder = new WorkloadBuilder("pool", 3, new FeatureMapShape(3, 4, 4), false, 1);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.AVERAGE, Window.square(4, 1, 0), true);
        Outcome outcome =
                ScnnHarness.run(builder.build(), ScnnHarness.model("gridRows=2", "gridColumns=2", "ppuWidth=1"));
        assertEquals(3 * 16, outcome.count(ScnnWork.OPERANDS));
        assertEquals(3 * 4, outcome.report().layers().get(0).computeCycles());
    }

    @Test
    void aTileTooLargeForTheAccumulatorsIsCutIntoBands() {
        ScnnModel model = ScnnHarness.model(
                "gridRows=1", "gridColumns=1", "weightVector=2", "activationVector=2", "banks=8", "bankEntries=4");
        Workload workload = layer(new FeatureMapShape(2, 8, 8), 3, Window.square(3, 1, 1), 0.7);
        assertTrue(ScnnHarness.simulate(workload, model).verified());
        Outcome outcome = ScnnHarness.run(workload, model);
        // inputs once, weights once per band
        assertEquals(2 * 64 * 12 / 8, outcome.bytes(ScnnWork.LOAD_INPUTS));
        assertTrue(outcome.phase(ScnnWork.BARRIER).size() > 3, "several bands of several groups");
    }

    private static Workload chain() {
        WorkloadBuilder builder = new WorkloadBuilder("chain", 3, new FeatureMapShape(4, 8, 8), false, 0.5);
        int first = builder.convolution(Layer.NETWORK_INPUT, 6, 1, Window.square(3, 1, 1), 0.3);
        int pool = builder.pooling(first, PoolingKind.MAX, Window.square(2, 2, 0), false);
        builder.convolution(pool, 5, 1, Window.square(1, 1, 0), 0.3);
        return builder.build();
    }

    @Test
    void activationsStayOnChipWhereTheyFit() {
        RunResult large = ScnnHarness.simulate(chain(), ScnnHarness.model());
        assertTrue(large.verified());
        assertEquals(1, large.segments().size());
        assertTrue(large.layers().get(0).traffic().inputs() > 0);
        assertEquals(0, large.layers().get(0).traffic().outputs());
        assertEquals(0, large.layers().get(1).traffic().inputs());
        assertEquals(0, large.layers().get(2).traffic().inputs());
        assertTrue(large.layers().get(2).traffic().outputs() > 0);
        RunResult small = ScnnHarness.simulate(chain(), ScnnHarness.model("activationRam=1 B"));
        assertTrue(small.layers().get(0).traffic().outputs() > 0);
        assertTrue(small.layers().get(1).traffic().inputs() > 0);
        // inputs that come part by part need the weights as often
        assertTrue(small.layers().get(0).traffic().weights()
                > large.layers().get(0).traffic().weights());
    }

    @Test
    void residualNetworksAreVerifiedThroughTheSimulator() {
        for (long seed = 1; seed <= 12; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            for (ScnnModel model : List.of(ScnnHarness.model(ScnnHarness.SMALL), ScnnHarness.model())) {
                RunResult result = ScnnHarness.simulate(workload, model);
                assertTrue(result.verified(), "seed " + seed);
                assertTrue(result.macs().performed() >= result.macs().effectual(), "seed " + seed);
            }
        }
    }

    /** As in an inception block; when the second reader comes, nobody holds the parts any more, only what they were joined to. */
    @Test
    void partsOfAConcatenationThatSeveralLayersReadMayBeGone() {
        WorkloadBuilder builder = new WorkloadBuilder("inception", 7, new FeatureMapShape(3, 6, 6), false, 0.6);
        int narrow = builder.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(1, 1, 0), 0.5);
        int wide = builder.convolution(Layer.NETWORK_INPUT, 5, 1, Window.square(3, 1, 1), 0.5);
        int joined = builder.concatenation(narrow, wide);
        int first = builder.convolution(joined, 4, 1, Window.square(1, 1, 0), 0.5);
        int second = builder.pooling(joined, PoolingKind.MAX, Window.square(3, 1, 1), false);
        builder.convolution(builder.concatenation(first, second), 2, 1, Window.square(1, 1, 0), 0.5);
        Workload workload = builder.build();
        for (ScnnModel model : List.of(ScnnHarness.model(ScnnHarness.SMALL), ScnnHarness.model())) {
            assertTrue(ScnnHarness.simulate(workload, model).verified());
        }
        // each part is written once, and loaded by each reader, whose shares of channels are rounded up to bytes
        RunResult result = ScnnHarness.simulate(workload, ScnnHarness.model("activationRam=1 B"));
        long written = result.layers().get(narrow).traffic().outputs()
                + result.layers().get(wide).traffic().outputs();
        assertTrue(written > 0);
        assertTrue(result.layers().get(first).traffic().inputs() >= written);
        assertTrue(result.layers().get(second).traffic().inputs() >= written);
    }

    /** Hardware that differs in its unit model alone counts anew; all else that is counted is the same. */
    @Test
    void sharedExecutionsAreKeyedByTheUnitModel() {
        Workload workload = layer(new FeatureMapShape(6, 12, 12), 10, Window.square(3, 1, 1), 0.5);
        Map<Object, Object> shared = new HashMap<>();
        String[] banks = {"banks=16", "bankEntries=256"};
        Outcome shallow = ScnnHarness.run(workload, ScnnHarness.model(banks[0], banks[1], "bankQueue=0"), shared);
        Outcome deep = ScnnHarness.run(workload, ScnnHarness.model(banks[0], banks[1], "bankQueue=16"), shared);
        assertTrue(deep.count(ScnnWork.BANK_TIME) < shallow.count(ScnnWork.BANK_TIME));
        assertEquals(shallow.count(ScnnWork.PRODUCTS), deep.count(ScnnWork.PRODUCTS));
        int values = shared.size();
        ScnnHarness.run(workload, ScnnHarness.model(banks[0], banks[1], "bankQueue=16", "ppuWidth=1"), shared);
        assertEquals(values, shared.size(), "nothing is counted again for another width");
    }

    @Test
    void deeperQueuesAreNeverSlower() {
        Workload workload = layer(new FeatureMapShape(6, 12, 12), 10, Window.square(3, 1, 1), 0.5);
        long before = Long.MAX_VALUE;
        for (String queue : List.of("bankQueue=0", "bankQueue=2", "bankQueue=16")) {
            long cycles = ScnnHarness.run(workload, ScnnHarness.model("banks=16", "bankEntries=256", queue))
                    .report()
                    .cycles();
            assertTrue(cycles <= before, queue);
            before = cycles;
        }
    }
}
