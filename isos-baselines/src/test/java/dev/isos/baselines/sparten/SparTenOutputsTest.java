package dev.isos.baselines.sparten;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.workload.Workload;
import dev.isos.baselines.sparten.SparTenHarness.Outcome;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs and products of every layer equal the plain reference's, whatever the geometry. */
class SparTenOutputsTest {
    private static final List<String[]> MACHINES = List.of(
            new String[] {},
            new String[] {"clusters=3", "units=4", "chunk=64", "balancing=none", "onChipBuffer=100 B"},
            new String[] {"clusters=5", "units=2", "chunk=64", "balancing=hybrid", "slack=0", "onChipBuffer=1 B"},
            new String[] {"clusters=2", "units=3", "chunk=192", "balancing=software", "dram.bandwidth=1 GB/s"});

    static Stream<Workload> corners() {
        return RandomWorkloads.corners().values().stream();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("corners")
    void cornersEqualTheReference(Workload workload) {
        check(workload, "corner " + workload.info().id());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void randomNetworksEqualTheReference(long seed) {
        check(RandomWorkloads.layer(seed), "layer of seed " + seed);
        check(RandomWorkloads.network(seed), "network of seed " + seed);
    }

    private static void check(Workload workload, String what) {
        var outputs = PlainReference.outputs(workload);
        List<Long> macs = PlainReference.effectualMacs(workload, outputs);
        Map<Object, Object> shared = new HashMap<>();
        for (String[] machine : MACHINES) {
            SparTenModel model = SparTenHarness.model(machine);
            Outcome outcome = SparTenHarness.run(workload, model);
            Outcome again = SparTenHarness.run(workload, model, shared);
            for (int i = 0; i < outputs.size(); i++) {
                String where = what + ", layer " + i + ", " + String.join(" ", machine);
                assertEquals(outputs.get(i).sha256(), outcome.outputs().get(i).sha256(), where);
                assertEquals(outputs.get(i).sha256(), again.outputs().get(i).sha256(), where);
                assertEquals(macs.get(i), outcome.products(i), where);
                assertEquals(macs.get(i), again.products(i), where + ", outputs shared");
            }
            assertEquals(outcome.report(), again.report(), what);
        }
    }
}
