package dev.isos.core;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.PlainReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The smallest complete accelerator: a dataflow with one item per layer and a machine that is exactly as fast as its
 * bounds. Open for cheating in single points, so that tests can see the platform catch it.
 */
public class TestingPlugin implements IsosPlugin {
    static final WorkSchema SCHEMA = new WorkSchema(
            List.of(new Phase("move", PhaseKind.READ, "reads"), new Phase("multiply", PhaseKind.COMPUTE, "computes")),
            List.of(WorkMetric.PRODUCTS));
    static final long PEAK = 4;
    static final double BYTES_PER_CYCLE = 2;

    @Override
    public String id() {
        return "testing";
    }

    @Override
    public ApiVersion builtAgainst() {
        return ApiVersion.CURRENT;
    }

    @Override
    public void contribute(Registrar registrar) {
        registrar.dataflow(new PlainDataflow());
        registrar.hardware(new IdealFactory());
        registrar.energyModel(new UnitEnergy());
        registrar.accelerator(new Accelerator("plain", "for tests", "plain", "ideal", "block"));
    }

    /** Executes a layer as one item. */
    public static class PlainDataflow implements Dataflow {
        @Override
        public String id() {
            return "plain";
        }

        @Override
        public String description() {
            return "one item per layer";
        }

        @Override
        public WorkSchema schema(Geometry geometry) {
            return SCHEMA;
        }

        @Override
        public Set<String> requiredGeometry() {
            return Set.of("layersPerSegment");
        }

        @Override
        public boolean effectualOnly() {
            return true;
        }

        @Override
        public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
            long limit = geometry.get("layersPerSegment");
            if (layers.size() > limit) {
                return new PlanRejection(
                        "layers", layers.size(), limit, layers.size() + " layers, the machine holds " + limit);
            }
            return new Segment(
                    layers,
                    layers.stream().map(l -> new LayerMapping(l, Map.of())).toList(),
                    List.of(),
                    List.of());
        }

        @Override
        public void execute(ExecutionContext context) {
            List<ActivationTensor> outputs = PlainReference.outputs(context.workload());
            List<Long> products = PlainReference.effectualMacs(context.workload(), outputs);
            WorkItem item = new WorkItem(SCHEMA);
            for (int layer : context.segment().layers()) {
                context.output(layer, tensor(outputs.get(layer)));
                int read =
                        context.sink().accept(item.begin(0, layer, 0, 0, 0).moves(TensorRole.INPUTS, layer, bytes()));
                context.sink()
                        .accept(item.begin(1, layer, 0, 0, 0)
                                .count(0, products(products.get(layer)))
                                .waitFor(read + waitOffset()));
            }
        }

        protected ActivationTensor tensor(ActivationTensor computed) {
            return computed;
        }

        protected int products(long effectual) {
            return (int) effectual;
        }

        protected long bytes() {
            return 10;
        }

        protected int waitOffset() {
            return 0;
        }
    }

    /** Builds machines that are as fast as their bounds. */
    public static class IdealFactory implements HardwareModelFactory {
        @Override
        public String id() {
            return "ideal";
        }

        @Override
        public String description() {
            return "as fast as its bounds";
        }

        @Override
        public List<HardwareParameter> parameters() {
            return List.of(
                    HardwareParameter.number(
                            "layersPerSegment", Quantity.COUNT, "2", "1", "100", "layers of a segment", "ours: test"),
                    HardwareParameter.number("clock", Quantity.HERTZ, "1 GHz", "1 MHz", "5 GHz", "clock", "ours: test"),
                    HardwareParameter.number(
                            "dram.bandwidth",
                            Quantity.BYTES_PER_SECOND,
                            "2 GB/s",
                            "1 B/s",
                            "10 GB/s",
                            "off-chip bandwidth",
                            "ours: test"),
                    HardwareParameter.number(
                            "buffer", Quantity.BYTES, "1 MiB", "1 KiB", "8 MiB", "some buffer", "ours: test"),
                    HardwareParameter.text("energyTable", "unit", List.of(), "energy model", "ours: test"),
                    HardwareParameter.text("mode", "fast", List.of("fast", "slow"), "a choice", "ours: test"));
        }

        @Override
        public HardwareModel create(HardwareSpec spec) {
            return new IdealModel(spec, 0);
        }
    }

    /** A machine that reports its bound plus (or, to cheat, minus) some cycles. */
    public record IdealModel(HardwareSpec spec, long extraCycles) implements HardwareModel {
        @Override
        public Geometry geometry() {
            return new Geometry(Map.of("layersPerSegment", (long) spec.count("layersPerSegment")));
        }

        @Override
        public Set<String> supportedPhases() {
            return Set.of("move", "multiply");
        }

        @Override
        public Set<String> requiredMetrics() {
            return Set.of("products");
        }

        @Override
        public long peakMacsPerCycle() {
            return PEAK;
        }

        @Override
        public double offChipBytesPerCycle() {
            return BYTES_PER_CYCLE;
        }

        @Override
        public double clockHz() {
            return spec.real("clock");
        }

        @Override
        public List<Component> components() {
            return List.of(new Component("array", "mac-int8", PEAK, Map.of()));
        }

        @Override
        public MachineRun begin(RunRequest request, WorkSchema schema) {
            return new IdealRun(request, extraCycles);
        }
    }

    private static final class IdealRun implements MachineRun {
        private final RunRequest request;
        private final long extraCycles;
        private final List<SegmentTiming> segments = new ArrayList<>();
        private long products;
        private long bytes;
        private long segmentCycles;
        private int items;

        IdealRun(RunRequest request, long extraCycles) {
            this.request = request;
            this.extraCycles = extraCycles;
        }

        @Override
        public WorkSink beginSegment(int segment) {
            items = 0;
            segmentCycles = 0;
            return item -> {
                products += item.counts()[0];
                bytes += item.offChipBytes();
                segmentCycles += Math.max(
                        (item.counts()[0] + PEAK - 1) / PEAK, (long) Math.ceil(item.offChipBytes() / BYTES_PER_CYCLE));
                return items++;
            };
        }

        @Override
        public void endSegment() {
            if (segments.isEmpty()) {
                segmentCycles += extraCycles;
            }
            segments.add(new SegmentTiming(segmentCycles, 0, 0));
        }

        @Override
        public MachineReport finish() {
            long cycles = segments.stream().mapToLong(SegmentTiming::cycles).sum();
            List<LayerTiming> layers = request.network().layers().stream()
                    .map(l -> new LayerTiming(0, cycles, 0))
                    .toList();
            return new MachineReport(
                    cycles, segments, layers, bytes, List.of(new ActivityCount("array", "mac", products)));
        }
    }

    /** One picojoule per action. */
    public static final class UnitEnergy implements EnergyModel {
        @Override
        public String id() {
            return "unit";
        }

        @Override
        public String description() {
            return "one picojoule per action";
        }

        @Override
        public EnergyReport estimate(List<Component> components, List<ActivityCount> activity) {
            return new EnergyReport(activity.stream()
                    .map(a -> new EnergyReport.Entry(a.component(), Category.MAC, a.count(), 1))
                    .toList());
        }
    }

    /** The reference of a workload, for comparison. */
    public static List<LayerReference> reference(Workload workload) {
        return PlainReference.withReference(workload).reference();
    }
}
