package dev.isos.api.result;

import dev.isos.api.hardware.HardwareSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one simulation of one workload on one accelerator found. The JSON result has these names.
 *
 * @param schemaVersion version of the JSON schema that it was written by, see {@link #SCHEMA_VERSION}
 * @param workload which workload, by name and seed
 * @param accelerator which accelerator, and how it was configured
 * @param cycles cycles of the accelerator's clock
 * @param seconds the same as time
 * @param macs multiply-accumulates of the run
 * @param macUtilization performed MACs (effectual ones, of an accelerator that skips zeros) over peak MACs * cycles,
 *     0..1
 * @param traffic bytes off chip
 * @param energyPj picojoules of actions, without leakage
 * @param areaMm2 area of the chip, square millimetres
 * @param bound what the cycles were spent on
 * @param verified whether every layer's output was compared with the reference and is equal, bit for bit
 * @param outputSha256 digest of the network's output tensor; null of an accelerator that only estimates
 * @param prediction most likely classes, best first; empty unless they were asked for and the output is a vector
 * @param segments in order of execution
 * @param leftOut names of layers that were executed but whose time and bytes no total counts, as in the published evaluation
 * @param layouts layers whose maps the accelerator laid out otherwise than the model
 * @param layers one per layer of the network
 * @param components one per component of the machine
 * @param host the machine that ran the simulation
 * @param versions versions of the plug-ins, by id
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

    /**
     * Copies lists and maps.
     *
     * @param schemaVersion of the JSON schema
     * @param workload which workload
     * @param accelerator which accelerator
     * @param cycles of the accelerator's clock
     * @param seconds on the accelerator
     * @param macs of the run
     * @param macUtilization 0..1
     * @param traffic off chip
     * @param energyPj picojoules
     * @param areaMm2 square millimetres
     * @param bound shares of the cycles
     * @param verified by comparison with the reference
     * @param outputSha256 in hex, or null
     * @param prediction classes, best first; may be empty
     * @param segments of the plan
     * @param leftOut names; empty for most machines
     * @param layouts null of a result written before there were any, which becomes an empty list
     * @param layers of the network
     * @param components of the machine
     * @param host of the simulation
     * @param versions by plug-in
     */
    public RunResult {
        prediction = List.copyOf(prediction);
        segments = List.copyOf(segments);
        leftOut = List.copyOf(leftOut);
        layouts = layouts == null ? List.of() : List.copyOf(layouts); // results from before there were any
        layers = List.copyOf(layers);
        components = List.copyOf(components);
        versions = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(versions));
    }

    /**
     * The same result with predicted classes.
     *
     * @param predicted classes, best first; replaces those of this result
     * @return a copy
     */
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

    /** {@return images that the run had: of all of them are cycles, products, bytes and energy; of the first is the digest} */
    public int batch() {
        return Integer.parseInt(accelerator.changes().getOrDefault(HardwareSpec.BATCH, "1"));
    }

    /** {@return time that an image takes of the run} */
    public double secondsPerImage() {
        return seconds / batch();
    }

    /**
     * How many times faster this run is than another, image by image.
     *
     * @param other of the same workload, as a rule
     * @return the other one's seconds divided by these, each of an image; more than 1 when this run is faster
     */
    public double speedupOver(RunResult other) {
        return other.secondsPerImage() / secondsPerImage();
    }

    /**
     * How many times fewer off-chip bytes this run moves than another, image by image.
     *
     * @param other of the same workload, as a rule
     * @return the other one's bytes divided by these, each of an image; more than 1 when this run moves fewer
     */
    public double trafficReductionOver(RunResult other) {
        return other.traffic().total() / (double) other.batch() / (traffic.total() / (double) batch());
    }

    /**
     * How many times less energy this run takes than another, image by image.
     *
     * @param other of the same workload, as a rule
     * @return the other one's picojoules divided by these, each of an image; more than 1 when this run takes less
     */
    public double energyReductionOver(RunResult other) {
        return other.energyPj().total() / other.batch() / (energyPj.total() / batch());
    }

    /**
     * Which workload.
     *
     * @param id name under which the user asked for it
     * @param network name of the network
     * @param seed seed of everything random in it; 0 when nothing is
     * @param weightDensity non-zero weights divided by all weights, 0..1
     * @param source where weights, sparsity and activation profiles come from, in a sentence
     */
    public record WorkloadSummary(String id, String network, long seed, double weightDensity, String source) {}

    /**
     * Which accelerator, and how it was configured.
     *
     * @param id of the accelerator as contributed
     * @param dataflow id of the dataflow
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
        /**
         * Copies the changes and sorts them by key.
         *
         * @param id of the accelerator
         * @param dataflow id of the dataflow
         * @param hardware id of the configuration
         * @param mapping id of the mapping policy
         * @param fidelity id of the fidelity
         * @param energyModel id of the energy model
         * @param name of this configuration
         * @param changes by key; empty of the default configuration
         */
        public AcceleratorSummary {
            changes = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(changes));
        }
    }

    /**
     * Multiply-accumulates.
     *
     * @param dense of the dense network, padding included
     * @param effectual of which both operands are non-zero; -1 where nothing counted them
     * @param performed carried out by this accelerator
     */
    public record MacCounts(long dense, long effectual, long performed) {}

    /**
     * Bytes off chip by the role of the tensor.
     *
     * @param weights filters, read
     * @param inputs main inputs, and partial sums that come back, read
     * @param outputs outputs, and partial sums that go off chip, written
     * @param residuals second operands of fused additions, read
     * @param total sum of the four
     */
    public record Traffic(long weights, long inputs, long outputs, long residuals, long total) {
        /**
         * Adds the roles up.
         *
         * @param weights bytes of filters
         * @param inputs bytes of main inputs
         * @param outputs bytes of outputs
         * @param residuals bytes of residual operands
         */
        public Traffic(long weights, long inputs, long outputs, long residuals) {
            this(weights, inputs, outputs, residuals, weights + inputs + outputs + residuals);
        }
    }

    /**
     * Picojoules by category.
     *
     * @param mac of the multipliers
     * @param sram of on-chip memories
     * @param dram of off-chip memory
     * @param other of all other components
     * @param total sum of the four
     */
    public record Energy(double mac, double sram, double dram, double other, double total) {}

    /**
     * Shares of the run's cycles. A segment's busy cycles of its busiest resource (compute or memory) are counted under
     * that resource; what remains of the segment (latency, dependencies, imbalance) is other.
     *
     * @param compute share of busy cycles of compute units, 0..1
     * @param memory share of busy cycles of the DRAM interface, 0..1
     * @param other what remains, 0..1; the three add up to 1
     */
    public record Bound(double compute, double memory, double other) {}

    /**
     * A predicted class.
     *
     * @param index number of the class: the output channel
     * @param label name of the class; null when no label file was given
     * @param score real value of the output
     */
    public record Prediction(int index, @Nullable String label, double score) {}

    /**
     * One segment of the plan.
     *
     * @param layers names, in topological order
     * @param cycles by which the segment prolonged the run
     * @param traffic bytes off chip that its items moved
     * @param energyPj picojoules of what its layers did; null where the machine does not count by segment
     * @param onChipBytes bytes over all places and storages that the mapping sets aside
     * @param limitedBy what ended the segment: the rejection of the next layers, or the policy's own rule
     */
    public record SegmentResult(
            List<String> layers,
            long cycles,
            Traffic traffic,
            @Nullable Energy energyPj,
            long onChipBytes,
            String limitedBy) {
        /**
         * Copies the names.
         *
         * @param layers names
         * @param cycles by which the run got longer
         * @param traffic off chip
         * @param energyPj picojoules, or null
         * @param onChipBytes by the mapping
         * @param limitedBy for users to read
         */
        public SegmentResult {
            layers = List.copyOf(layers);
        }
    }

    /**
     * One layer.
     *
     * @param name as in the model
     * @param op {@link dev.isos.api.network.LayerOp#label()} of its operation
     * @param shape output shape, KxPxQ
     * @param inputShape shape of the (concatenated) main input in the model, CxHxW
     * @param filterShape KxCxRxS, with the input channels C of one group; null without filters
     * @param inputLayers positions among the layers of those that it reads, in order; negative for inputs of the network, as in
     *     {@link dev.isos.api.network.Layer#inputs()}
     * @param residualLayer position of the layer whose output is added, negative for an input of the network; null without one
     * @param weightDensity non-zero weights divided by all, 0..1; 1 without filters
     * @param inputDensity non-zero values of the main inputs divided by all, 0..1
     * @param macs multiply-accumulates of the layer
     * @param cycles busy cycles of the unit that worked longest for the layer; layers of a pipeline overlap
     * @param macUtilization performed MACs divided by peak MACs per cycle and {@code cycles}; 0 without cycles
     * @param startCycle start of its first compute item
     * @param endCycle end of its last compute item
     * @param traffic bytes off chip for the layer
     * @param energyPj picojoules of what was done for the layer; null where the machine does not count by layer
     */
    public record LayerResult(
            String name,
            String op,
            String shape,
            @Nullable String inputShape,
            @Nullable String filterShape,
            List<Integer> inputLayers,
            @Nullable Integer residualLayer,
            double weightDensity,
            double inputDensity,
            MacCounts macs,
            long cycles,
            double macUtilization,
            long startCycle,
            long endCycle,
            Traffic traffic,
            @Nullable Energy energyPj) {
        /**
         * Copies the positions.
         *
         * @param name as in the model
         * @param op label
         * @param shape of the output
         * @param inputShape of the main input; null of a result written before there was one
         * @param filterShape or null
         * @param inputLayers null of a result written before there were any, which becomes an empty list
         * @param residualLayer or null
         * @param weightDensity 0..1
         * @param inputDensity 0..1
         * @param macs of the layer
         * @param cycles busy
         * @param macUtilization 0..1
         * @param startCycle of its first compute item
         * @param endCycle of its last compute item
         * @param traffic off chip
         * @param energyPj picojoules, or null
         */
        public LayerResult {
            inputLayers = inputLayers == null ? List.of() : List.copyOf(inputLayers);
        }
    }

    /**
     * A layer whose map the accelerator laid out otherwise than the model: a product has no map of its own, and one axis may be
     * transposed.
     *
     * @param layer name of the layer
     * @param model input shape in the model, CxHxW
     * @param input input shape as laid out, CxHxW
     * @param output output shape as laid out, KxPxQ
     */
    public record LayoutChoice(String layer, String model, String input, String output) {}

    /**
     * Energy and area of one component of the machine.
     *
     * @param name name in the machine
     * @param category {@code mac}, {@code sram}, {@code dram} or {@code other}
     * @param energyPj energy of the run, picojoules
     * @param areaMm2 area of all instances, square millimetres; 0 for what is off chip
     */
    public record ComponentResult(String name, String category, double energyPj, double areaMm2) {}

    /**
     * The machine that ran the simulation; the only part of a result that may differ between equal runs.
     *
     * @param seconds time that the simulation took
     * @param threads threads that it was allowed
     */
    public record Host(double seconds, int threads) {}
}
