package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.workload.Workload;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What every mapping policy must do: its plans cover all layers in an order in which they can run, on a machine that takes four
 * layers at a time (a layer and the concatenations that go with it) and on one that takes many, and are the same each time. A subclass gives the policy.
 *
 * <p>The seed of the random part is reported and can be set with the system property {@code isos.seed}.
 */
public abstract class MappingPolicyContract {
    private static final int RANDOM_NETWORKS = 30;

    /** {@return the policy under test} */
    protected abstract MappingPolicy policy();

    @Test
    void declaresItself() {
        assertFalse(policy().id().isBlank(), "a mapping policy needs an id");
        assertFalse(policy().description().isBlank(), "a mapping policy needs a description");
    }

    @TestFactory
    Stream<DynamicTest> plansOfCornersRun() {
        return RandomWorkloads.corners().entrySet().stream()
                .map(corner -> DynamicTest.dynamicTest(corner.getKey(), () -> check(corner.getValue())));
    }

    @Test
    void plansOfRandomNetworksRun(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + RANDOM_NETWORKS; seed++) {
            check(RandomWorkloads.network(seed));
        }
    }

    /** A complete run executes layer after layer, and so finds one that is missing, comes twice or comes too early. */
    private void check(Workload workload) {
        for (int layersPerSegment : new int[] {4, 100}) {
            PlainMachine machine =
                    new PlainMachine(new HardwareSpec("plain", "plain", Map.of(), Map.of()), layersPerSegment);
            CompleteRun run = new CompleteRun(new PlainDataflow(), machine, policy(), PlainMachine.ENERGY);
            String where = workload.info().id() + ", at most " + layersPerSegment + " layers";
            assertEquals(
                    assertDoesNotThrow(() -> run.run(workload), where),
                    run.run(workload),
                    where + ": run again differs");
        }
    }
}
