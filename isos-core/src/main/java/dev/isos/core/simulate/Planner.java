package dev.isos.core.simulate;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.SegmentEstimator;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.SegmentEstimate;
import dev.isos.api.workload.Workload;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Has mapping policies plan workloads, and remembers the plans. Workloads are those that dataflows see. For any number of threads. */
final class Planner {
    private final SharedExecutions shared;

    Planner(SharedExecutions shared) {
        this.shared = shared;
    }

    /** What a mapping policy gets to see for a workload on an accelerator. */
    PlanningContext context(Workload workload, ConfiguredAccelerator accelerator) {
        return new Context(workload, accelerator);
    }

    /** Cuts a workload into segments; checks that every layer is in exactly one, in order. */
    ExecutionPlan plan(Workload workload, ConfiguredAccelerator accelerator) {
        Pairing.requireOperations(accelerator, workload);
        KnownPlans known =
                SharedExecutions.get(shared.of(workload), KnownPlans.class, KnownPlans.class, KnownPlans::new);
        PlanOf key = new PlanOf(
                accelerator.mapping(),
                accelerator.dataflow(),
                accelerator.hardware().geometry());
        ExecutionPlan before = known.get(key);
        if (before != null) {
            return before;
        }
        Context context = new Context(workload, accelerator);
        ExecutionPlan plan = accelerator.mapping().plan(context);
        if (!inOrder(plan, workload.network())) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "mapping policy " + accelerator.mapping().id() + " does not hold every layer of "
                            + workload.info().id() + " once and after those that it reads");
        }
        // estimates depend on more of the machine than its geometry
        if (context.estimator == null) {
            known.put(key, plan);
        }
        return plan;
    }

    /** Whether a plan holds every layer once, ascending in each segment, and none before one that it reads. */
    private static boolean inOrder(ExecutionPlan plan, Network network) {
        BitSet done = new BitSet();
        int layers = 0;
        for (Segment segment : plan.segments()) {
            int last = -1;
            for (int index : segment.layers()) {
                boolean read = index > last
                        && index < network.size()
                        && network.layer(index).operands().stream()
                                .allMatch(operand -> Layer.isNetworkInput(operand) || done.get(operand));
                if (!read || done.get(index)) {
                    return false;
                }
                done.set(index);
                layers++;
                last = index;
            }
        }
        return layers == network.size();
    }

    /** What a plan depends on, beside the workload, if its policy asks for no estimates. */
    private record PlanOf(MappingPolicy policy, Dataflow dataflow, Geometry geometry) {}

    /** The last plans of a workload: machines that differ in bandwidth, clock or units only have the same. */
    private static final class KnownPlans {
        private static final int MOST = 64;

        private final Map<PlanOf, ExecutionPlan> plans = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PlanOf, ExecutionPlan> eldest) {
                return size() > MOST;
            }
        };

        synchronized ExecutionPlan get(PlanOf key) {
            return plans.get(key);
        }

        synchronized void put(PlanOf key, ExecutionPlan plan) {
            plans.put(key, plan);
        }
    }

    /** Densities are found only if the policy asks for estimates. */
    private final class Context implements PlanningContext {
        private final Workload model;
        private final Workload workload;
        private final ConfiguredAccelerator accelerator;
        private final Geometry geometry;

        /** Null until it is asked for; empty for a machine that can't be estimated. */
        private Optional<SegmentEstimator> estimator;

        Context(Workload model, ConfiguredAccelerator accelerator) {
            this.model = model;
            this.workload =
                    shared.laidOut(model, accelerator.dataflow().layout()).workload();
            this.accelerator = accelerator;
            this.geometry = accelerator.hardware().geometry();
        }

        @Override
        public Workload workload() {
            return workload;
        }

        @Override
        public MappingOutcome map(List<Integer> layers) {
            Optional<PlanRejection> refusal = PlanRejection.ofGathering(workload.network(), layers);
            return refusal.isPresent() ? refusal.get() : accelerator.dataflow().map(workload, layers, geometry);
        }

        @Override
        public Optional<SegmentEstimate> estimate(Segment segment, Optional<Segment> previous) {
            return estimator().map(e -> e.estimate(segment, previous));
        }

        @Override
        public OptionalDouble energyPj(Segment segment) {
            return estimator().stream()
                    .mapToDouble(e -> AnalyticalRun.energy(model, accelerator, e.counts(segment))
                            .totalPj())
                    .findFirst();
        }

        private Optional<SegmentEstimator> estimator() {
            if (estimator == null) {
                HardwareModel hardware = accelerator.hardware();
                estimator = hardware.analytical(accelerator.dataflow().id())
                        .map(analytical -> analytical.estimator(shared.densities(model, workload)));
            }
            return estimator;
        }
    }
}
