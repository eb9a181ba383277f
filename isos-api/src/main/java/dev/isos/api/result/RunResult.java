package dev.isos.api.result;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one simulation of one workload on one accelerator found. The JSON result has these names.
 *
 * @param cycles cycles of the accelerator's clock
 * @param seconds the same as time
 * @param macUtilization effectual MACs (all MACs, if the accelerator is dense) over peak MACs * cycles, 0..1
 * @param verified whether every layer's output was compared with the reference and is equal, bit for bit
 * @param leftOut names of layers that were executed but whose time and bytes no total counts, as in the published evaluation
 * @param layouts layers whose maps the accelerator laid out otherwise than the model
 * @param outputSha256 digest of the network's output tensor; null of an accelerator that only estimates
 */
public record RunResult(
        int schemaVersion,
        WorkloadSummary workload,
        AcceleratorSummary accelerator,
        long cycles,
        double seconds,
        MacCounts macs,
        double macUtilization,
        Traffic traffic,
        Energy energyPj,
        double areaMm2,
        Bound bound,
        boolean verified,
        @Nullable String outputSha256,
        List<Prediction> prediction,
        List<SegmentResult> segments,
        List<String> leftOut,
        List<LayoutChoice> layouts,
        List<LayerResult> layers,
        List<ComponentResult> components,
        Host host,
        Map<String, String> versions) {
    /** Version of the JSON schema. */
    public static final int SCHEMA_VERSION = 1;

    public RunResult {
        prediction = List.copyOf(prediction);
        segments = List.copyOf(segments);
        leftOut = List.copyOf(leftOut);
        layouts = layouts == null ? List.of() : List.copyOf(layouts); // results from before there were any
        layers = List.copyOf(layers);
        components = List.copyOf(components);
        versions = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(versions));
    }

    /** The same result with predicted classes. */
    public RunResult withPrediction(List<Prediction> predicted) {
        return new RunResult(
                schemaVersion,
                workload,
                accelerator,
                cycles,
                seconds,
                macs,
                macUtilization,
                traffic,
                energyPj,
                areaMm2,
                bound,
                verified,
                outputSha256,
                predicted,
                segments,
                leftOut,
                layouts,
                layers,
                components,
                host,
                versions);
    }

    /** How many times faster this run is than another. */
    public double speedupOver(RunResult other) {
        return other.seconds() / seconds;
    }

    /** How many times fewer off-chip bytes this run moves than another. */
    public double trafficReductionOver(RunResult other) {
        return other.traffic().total() / (double) traffic.total();
    }

    /** Which workload. */
    public record WorkloadSummary(String id, String network, long seed, double weightDensity, String source) {}

    /**
     * Which accelerator, and how it was configured.
     *
     * @param id of the accelerator as contributed
     * @param hardware id of the hardware configuration: a built-in one or a hardware file's
     * @param mapping id of the mapping policy
     * @param fidelity id of the fidelity
     * @param energyModel id of the energy model
     * @param name tells configurations of one accelerator apart: its id, and what the user changed
     * @param changes every hardware parameter whose value is not the default of the hardware model, as a hardware file
     *     would have it, wherever it was changed
     */
    public record AcceleratorSummary(
            String id,
            String dataflow,
            String hardware,
            String mapping,
            String fidelity,
            String energyModel,
            String name,
            Map<String, String> changes) {
        public AcceleratorSummary {
            changes = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(changes));
        }
    }

    /**
     * Multiply-accumulates.
     *
     * @param dense of the dense network, padding included
     * @param effectual of which both operands are non-zero
     * @param performed carried out by this accelerator
     */
    public record MacCounts(long dense, long effectual, long performed) {}

    /** Bytes off chip by the role of the tensor. */
    public record Traffic(long weights, long inputs, long outputs, long residuals, long total) {
        public Traffic(long weights, long inputs, long outputs, long residuals) {
            this(weights, inputs, outputs, residuals, weights + inputs + outputs + residuals);
        }
    }

    /** Picojoules by category. */
    public record Energy(double mac, double sram, double dram, double other, double total) {}

    /**
     * Shares of the run's cycles. A segment's busy cycles of its busiest resource (compute or memory) are counted under
     * that resource; what remains of the segment (latency, dependencies, imbalance) is other.
     */
    public record Bound(double compute, double memory, double other) {}

    /** A predicted class; the label is null when no label file was given. */
    public record Prediction(int index, @Nullable String label, double score) {}

    /** One segment of the plan. */
    public record SegmentResult(List<String> layers, long cycles, Traffic traffic, long onChipBytes, String limitedBy) {
        public SegmentResult {
            layers = List.copyOf(layers);
        }
    }

    /**
     * One layer.
     *
     * @param shape output shape, KxPxQ
     * @param cycles busy cycles of the unit that worked longest for the layer; layers of a pipeline overlap
     * @param macUtilization performed MACs divided by peak MACs per cycle and {@code cycles}; 0 without cycles
     */
    public record LayerResult(
            String name,
            String op,
            String shape,
            double weightDensity,
            double inputDensity,
            MacCounts macs,
            long cycles,
            double macUtilization,
            long startCycle,
            long endCycle,
            Traffic traffic) {}

    /**
     * A layer whose map the accelerator laid out otherwise than the model: a product has no map of its own, and one axis may be
     * transposed.
     *
     * @param model input shape in the model, CxHxW
     * @param input input shape as laid out, CxHxW
     * @param output output shape as laid out, KxPxQ
     */
    public record LayoutChoice(String layer, String model, String input, String output) {}

    /** Energy and area of one component of the machine. */
    public record ComponentResult(String name, String category, double energyPj, double areaMm2) {}

    /** The machine that ran the simulation; the only part of a result that may differ between equal runs. */
    public record Host(double seconds, int threads) {}
}
