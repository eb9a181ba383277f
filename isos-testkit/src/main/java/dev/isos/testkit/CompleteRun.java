package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.law.ActivityAccount;
import dev.isos.api.law.EnergyLaws;
import dev.isos.api.law.RunLaws;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A complete accelerator, run as the platform runs it: planned by a policy, executed segment by segment with tensors forgotten after
 * their last use, timed, paid for, and held to all laws. Throws where anything is broken.
 *
 * @param dataflow gives outputs and items
 * @param hardware times them
 * @param policy cuts the network
 * @param energy pays for them
 */
public record CompleteRun(Dataflow dataflow, HardwareModel hardware, MappingPolicy policy, EnergyModel energy) {
    /**
     * What a run did.
     *
     * @param report the machine's account
     * @param products multiplications of all images
     * @param bytes off-chip bytes of all images, by role
     */
    record Account(MachineReport report, long products, Map<TensorRole, Long> bytes) {
        long bytes(TensorRole role) {
            return bytes.getOrDefault(role, 0L);
        }
    }

    /**
     * Runs a workload, as a model comes: without reference.
     *
     * @param model network and numbers; layers that need a whole operand are replaced, as the platform does
     * @return the machine's account
     * @throws AssertionError where outputs, bytes or times are wrong
     * @throws dev.isos.api.error.IsosException where a law is broken
     */
    public MachineReport run(Workload model) {
        return run(List.of(model)).report();
    }

    /** Runs a batch: workloads that differ in their inputs only, segment by segment and within each image by image. */
    Account run(List<Workload> images) {
        String where = images.get(0).info().id() + " on the accelerator";
        List<List<ActivationTensor>> expected = new ArrayList<>();
        List<TestingExecutionContext> contexts = new ArrayList<>();
        for (Workload model : images) {
            List<ActivationTensor> outputs = PlainReference.outputs(model);
            expected.add(outputs);
            contexts.add(new TestingExecutionContext(
                    GatheredOperands.gather(model, outputs::get),
                    hardware.geometry(),
                    hardware.unitModel(),
                    new HashMap<>()));
        }
        Workload workload = contexts.get(0).workload();
        new EnergyLaws(where, hardware).components(energy);
        ExecutionPlan plan = plan(workload);
        WorkSchema schema = dataflow.schema(hardware.geometry());
        RunLaws laws = new RunLaws(where, workload.network(), schema, hardware, dataflow.effectualOnly());
        List<Segment> fed = new ArrayList<>();
        List<Boolean> kept = new ArrayList<>();
        List<Long> weightBytes = new ArrayList<>();
        for (Segment segment : plan.segments()) {
            boolean keeps = dataflow.keepsWeights(workload, segment, hardware.geometry());
            for (int image = 0; image < images.size(); image++) {
                fed.add(segment);
                kept.add(image > 0 && keeps);
                weightBytes.add(image > 0 && keeps ? 0 : dataflow.weightBytes(workload, segment, hardware.geometry()));
            }
        }
        ExecutionPlan played = new ExecutionPlan(plan.policy(), fed, Collections.nCopies(fed.size(), ""));
        RunRequest request = new RunRequest(
                workload.network(), played, weightBytes, laws.listener(SimulationListener.NONE), images.size());
        MachineRun machine = hardware.begin(request, schema);
        ActivityAccount account = new ActivityAccount(schema, hardware);
        long[] products = new long[1];
        Map<TensorRole, Long> bytes = new EnumMap<>(TensorRole.class);
        int atProducts = schema.offset(WorkMetric.PRODUCTS.id());
        for (int i = 0; i < fed.size(); i++) {
            Segment segment = fed.get(i);
            int image = request.image(i);
            boolean weightsThere = kept.get(i);
            TestingExecutionContext context = contexts.get(image);
            laws.beginSegment(segment, image, weightsThere);
            WorkSink sink = machine.beginSegment(i);
            context.executeInto(
                    item -> {
                        boolean there = weightsThere
                                && item.role() == TensorRole.WEIGHTS
                                && schema.phases().get(item.phase()).kind() == PhaseKind.READ;
                        if (there) {
                            item.moves(TensorRole.WEIGHTS, item.tensor(), 0);
                        } else {
                            account.accept(item);
                        }
                        int number = sink.accept(item);
                        laws.accept(item, number);
                        products[0] += item.counts()[atProducts];
                        bytes.merge(item.role(), item.offChipBytes(), Long::sum);
                        return number;
                    },
                    dataflow,
                    segment);
            machine.endSegment();
            laws.compulsory(context.workload(), context::activation);
            laws.endSegment();
            for (int layer : segment.layers()) {
                assertArrayEquals(
                        expected.get(image).get(layer).values(),
                        context.outputs().get(layer).values(),
                        where + ": layer " + workload.network().layer(layer).name() + ", image " + image);
            }
            context.forgetAfter(segment);
        }
        MachineReport report = machine.finish();
        // the ledger of the platform refuses outputs that are read and all else that is written
        long written = bytes.getOrDefault(TensorRole.OUTPUTS, 0L);
        long moved = bytes.values().stream().mapToLong(Long::longValue).sum();
        assertEquals(moved, report.offChipBytes(), where + ": bytes moved are not the bytes asked for");
        assertTrue(report.cycles() >= hardware.offChipCycles(moved), where + ": too fast for " + moved + " bytes");
        assertTrue(
                report.cycles() >= products[0] / hardware.peakMacsPerCycle(),
                where + ": too fast for " + products[0] + " products");
        laws.finish(report);
        List<ActivityCount> activity = account.activity(where, hardware, report, false);
        EnergyLaws paid = new EnergyLaws(where, hardware);
        paid.activity(paid.estimate(energy, activity), activity, products[0], moved - written, written);
        return new Account(report, products[0], bytes);
    }

    /**
     * Plans a workload; every layer is in one segment, in order, and every segment is one that the dataflow accepts.
     *
     * @param workload without layers that need a whole operand
     * @return what the policy gave; no estimates are at its hand
     * @throws AssertionError where it is no such plan
     */
    public ExecutionPlan plan(Workload workload) {
        ExecutionPlan plan = policy.plan(new PlanningContext() {
            @Override
            public Workload workload() {
                return workload;
            }

            @Override
            public MappingOutcome map(List<Integer> layers) {
                Optional<PlanRejection> refusal = PlanRejection.ofGathering(workload.network(), layers);
                return refusal.isPresent() ? refusal.get() : dataflow.map(workload, layers, hardware.geometry());
            }
        });
        assertEquals(
                IntStream.range(0, workload.network().size()).boxed().toList(),
                plan.segments().stream().flatMap(s -> s.layers().stream()).toList(),
                "policy " + policy.id() + " must hold every layer of "
                        + workload.info().id() + " once and in order");
        for (Segment segment : plan.segments()) {
            segment.storage().forEach(s -> assertTrue(s.fits(), "policy " + policy.id() + " keeps too much: " + s));
        }
        return plan;
    }
}
