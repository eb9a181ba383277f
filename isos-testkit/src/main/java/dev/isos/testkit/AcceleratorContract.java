package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What a complete accelerator must do: a dataflow, its machine, a mapping policy and an energy model run together as the platform
 * runs them, layer by layer and as the policy cuts, and obey every law that the platform checks. A subclass gives the four parts
 * as the plug-in contributes them.
 *
 * <p>The seed of the random part is reported and can be set with the system property {@code isos.seed}.
 */
public abstract class AcceleratorContract {
    private static final int RANDOM_NETWORKS = 20;
    private static final int BATCHES = 10;

    /** {@return the dataflow of the accelerator, the same or an equal one each time} */
    protected abstract Dataflow dataflow();

    /** {@return its machine, on which {@link RandomWorkloads} fit layer by layer} */
    protected abstract HardwareModel hardware();

    /** {@return the policy that the accelerator names} */
    protected abstract MappingPolicy mappingPolicy();

    /** {@return an energy model that knows its components} */
    protected abstract EnergyModel energyModel();

    /** A segment per layer. */
    private static final class Single implements MappingPolicy {
        @Override
        public String id() {
            return "single";
        }

        @Override
        public String description() {
            return "a segment per layer";
        }

        @Override
        public ExecutionPlan plan(PlanningContext context) {
            List<Segment> segments = new ArrayList<>();
            List<String> limits = new ArrayList<>();
            for (int i = 0; i < context.workload().network().size(); i++) {
                MappingOutcome outcome = context.map(List.of(i));
                if (outcome instanceof PlanRejection rejection) {
                    throw new AssertionError("a single layer is refused: " + rejection.reason());
                }
                segments.add((Segment) outcome);
                limits.add("one layer");
            }
            return new ExecutionPlan(id(), segments, limits);
        }
    }

    @Test
    void partsUnderstandEachOther() {
        HardwareModel hardware = hardware();
        for (String key : dataflow().requiredGeometry()) {
            assertEquals(true, hardware.geometry().has(key), "the hardware does not declare '" + key + "'");
        }
        WorkSchema schema = dataflow().schema(hardware.geometry());
        Set<String> phases = schema.phases().stream().map(Phase::id).collect(Collectors.toSet());
        phases.removeAll(hardware.supportedPhases());
        assertEquals(Set.of(), phases, "phases that the machine cannot carry out");
        assertEquals(Set.of(), ActivityAccount.unread(schema, hardware), "metrics that the machine does not read");
        assertFalse(mappingPolicy().id().isBlank(), "a mapping policy needs an id");
        assertFalse(energyModel().id().isBlank(), "an energy model needs an id");
    }

    @TestFactory
    Stream<DynamicTest> cornersLayerByLayer() {
        return corners(new Single());
    }

    @TestFactory
    Stream<DynamicTest> cornersAsThePolicyCuts() {
        return corners(mappingPolicy());
    }

    @Test
    void randomNetworks(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + RANDOM_NETWORKS; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            for (MappingPolicy policy : List.of(new Single(), mappingPolicy())) {
                assertEquals(
                        with(policy).run(workload), with(policy).run(workload), "a repeated run differs, seed " + seed);
            }
        }
    }

    /**
     * A batch of different images computes each of them, with the work and the activations of all and the weights of one for each
     * segment that keeps them, and does not take less time than the slowest of its images.
     *
     * @param reporter is told the seed
     */
    @Test
    void batches(TestReporter reporter) {
        long first = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(first));
        for (long seed = first; seed < first + BATCHES; seed++) {
            Workload workload = RandomWorkloads.network(seed);
            for (MappingPolicy policy : List.of(new Single(), mappingPolicy())) {
                batch(with(policy), images(workload, 2 + (int) (seed % 2)), "seed " + seed);
            }
        }
    }

    private void batch(CompleteRun run, List<Workload> images, String where) {
        CompleteRun.Account together = run.run(images);
        List<CompleteRun.Account> alone =
                images.stream().map(image -> run.run(List.of(image))).toList();
        assertEquals(sum(alone, CompleteRun.Account::products), together.products(), where + ": products");
        for (TensorRole role : TensorRole.values()) {
            if (role != TensorRole.WEIGHTS) {
                assertEquals(sum(alone, account -> account.bytes(role)), together.bytes(role), where + ": " + role);
            }
        }
        long most = sum(alone, account -> account.bytes(TensorRole.WEIGHTS));
        long weights = together.bytes(TensorRole.WEIGHTS);
        assertTrue(
                alone.get(0).bytes(TensorRole.WEIGHTS) <= weights && weights <= most,
                where + ": " + weights + " bytes of weights, those of one image are "
                        + alone.get(0).bytes(TensorRole.WEIGHTS) + ", those of all " + most);
        Workload one = images.get(0);
        boolean keepsNone = run.plan(one).segments().stream()
                .noneMatch(segment ->
                        dataflow().keepsWeights(one, segment, hardware().geometry()));
        if (keepsNone) {
            assertEquals(most, weights, where + ": weights that are not kept");
        }
        long slowest = alone.stream()
                .mapToLong(account -> account.report().cycles())
                .max()
                .orElseThrow();
        assertTrue(
                together.report().cycles() >= slowest,
                where + ": " + together.report().cycles() + " cycles for " + images.size() + " images, " + slowest
                        + " for one of them");
    }

    /** The workload and others that differ in their inputs, which are the first one's, moved. */
    private static List<Workload> images(Workload first, int count) {
        List<Workload> images = new ArrayList<>();
        for (int image = 0; image < count; image++) {
            int by = 5 * image;
            images.add(new Workload(
                    first.info(),
                    first.network(),
                    first.parameters(),
                    moved(first.input(), by),
                    List.of(),
                    first.furtherInputs().stream().map(each -> moved(each, by)).toList()));
        }
        return images;
    }

    private static ActivationTensor moved(ActivationTensor tensor, int by) {
        byte[] values = tensor.values();
        byte[] moved = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            moved[(i + by) % values.length] = values[i];
        }
        return new ActivationTensor(tensor.shape(), tensor.signed(), moved);
    }

    private static long sum(List<CompleteRun.Account> accounts, ToLongFunction<CompleteRun.Account> what) {
        return accounts.stream().mapToLong(what).sum();
    }

    private Stream<DynamicTest> corners(MappingPolicy policy) {
        Map<String, Workload> all = new TreeMap<>(RandomWorkloads.corners());
        all.putAll(RandomWorkloads.wholeOperands());
        return all.entrySet().stream()
                .map(corner -> DynamicTest.dynamicTest(
                        corner.getKey(), () -> with(policy).run(corner.getValue())));
    }

    private CompleteRun with(MappingPolicy policy) {
        return new CompleteRun(dataflow(), hardware(), policy, energyModel());
    }
}
