package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.PhaseKind;
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
import java.util.HashMap;
import java.util.List;
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
    /** Counts of a run. */
    private static final class Totals {
        private final ActivityAccount account;
        private long products;
        private long read;
        private long written;

        Totals(ActivityAccount account) {
            this.account = account;
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
        String where = model.info().id() + " on the accelerator";
        List<ActivationTensor> expected = PlainReference.outputs(model);
        Workload workload = GatheredOperands.gather(model, expected::get);
        new EnergyLaws(where, hardware).components(energy);
        ExecutionPlan plan = plan(workload);
        WorkSchema schema = dataflow.schema(hardware.geometry());
        RunLaws laws = new RunLaws(where, workload.network(), schema, hardware, dataflow.effectualOnly());
        List<Long> weightBytes = plan.segments().stream()
                .map(s -> dataflow.weightBytes(workload, s, hardware.geometry()))
                .toList();
        MachineRun machine = hardware.begin(
                new RunRequest(workload.network(), plan, weightBytes, laws.listener(SimulationListener.NONE)), schema);
        TestingExecutionContext context =
                new TestingExecutionContext(workload, hardware.geometry(), hardware.unitModel(), new HashMap<>());
        Totals totals = new Totals(new ActivityAccount(schema, hardware));
        int products = schema.offset(WorkMetric.PRODUCTS.id());
        for (int i = 0; i < plan.segments().size(); i++) {
            Segment segment = plan.segments().get(i);
            laws.beginSegment(segment);
            WorkSink sink = machine.beginSegment(i);
            context.executeInto(
                    item -> {
                        int number = sink.accept(item);
                        laws.accept(item, number);
                        totals.account.accept(item);
                        totals.products += item.counts()[products];
                        boolean writes = schema.phases().get(item.phase()).kind() == PhaseKind.WRITE;
                        totals.read += writes ? 0 : item.offChipBytes();
                        totals.written += writes ? item.offChipBytes() : 0;
                        return number;
                    },
                    dataflow,
                    segment);
            machine.endSegment();
            laws.compulsory(workload, context::activation);
            laws.endSegment();
            for (int layer : segment.layers()) {
                assertArrayEquals(
                        expected.get(layer).values(),
                        context.outputs().get(layer).values(),
                        where + ": layer " + model.network().layer(layer).name());
            }
            context.forgetAfter(segment);
        }
        MachineReport report = machine.finish();
        long bytes = totals.read + totals.written;
        assertEquals(bytes, report.offChipBytes(), where + ": bytes moved are not the bytes asked for");
        assertTrue(report.cycles() >= hardware.offChipCycles(bytes), where + ": too fast for " + bytes + " bytes");
        assertTrue(
                report.cycles() >= totals.products / hardware.peakMacsPerCycle(),
                where + ": too fast for " + totals.products + " products");
        laws.finish(report);
        List<ActivityCount> activity = totals.account.activity(where, hardware, report, false);
        EnergyLaws paid = new EnergyLaws(where, hardware);
        paid.activity(paid.estimate(energy, activity), activity, totals.products, totals.read, totals.written);
        return report;
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
