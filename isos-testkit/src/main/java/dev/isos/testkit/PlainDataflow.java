package dev.isos.testkit;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.law.CompulsoryBytes;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.Network;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The smallest honest dataflow, for tests of machines, policies and of checks: one item computes a layer, after items that load its
 * weights and what is not on chip, and before one that stores the output if anybody needs it; bytes are the compulsory ones. Goes
 * with {@link PlainMachine}. Open for cheating in single points.
 */
public class PlainDataflow implements Dataflow {
    /** Geometry: most layers of a segment. */
    public static final String LAYERS = "layersPerSegment";

    /** Phases in the order of their positions; the one count is that of products. */
    public static final WorkSchema SCHEMA = new WorkSchema(
            List.of(
                    new Phase("load-weights", PhaseKind.READ, "non-zero weights of a layer"),
                    new Phase("load-inputs", PhaseKind.READ, "a tensor that enters the segment"),
                    new Phase("multiply", PhaseKind.COMPUTE, "a whole layer"),
                    new Phase("store", PhaseKind.WRITE, "a tensor that leaves the segment")),
            List.of(WorkMetric.PRODUCTS));

    /** Position of the phase in which the non-zero weights of a layer come from off chip. */
    public static final int LOAD_WEIGHTS = SCHEMA.phase("load-weights");
    /** Position of the phase in which a tensor that enters the segment comes from off chip. */
    public static final int LOAD_INPUTS = SCHEMA.phase("load-inputs");
    /** Position of the phase that computes a whole layer, of any operation. */
    public static final int MULTIPLY = SCHEMA.phase("multiply");
    /** Position of the phase in which a tensor that leaves the segment goes off chip. */
    public static final int STORE = SCHEMA.phase("store");

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
        return Set.of(LAYERS);
    }

    @Override
    public boolean effectualOnly() {
        return true;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        long limit = geometry.get(LAYERS);
        if (layers.size() > limit) {
            return new PlanRejection(
                    "layers", layers.size(), limit, layers.size() + " layers, the machine holds " + limit);
        }
        return new Segment(
                layers, layers.stream().map(l -> new LayerMapping(l, Map.of())).toList(), List.of(), List.of());
    }

    @Override
    public void execute(ExecutionContext context) {
        Workload workload = context.workload();
        Network network = workload.network();
        List<ActivationTensor> outputs = PlainReference.outputs(workload);
        List<Long> products = PlainReference.effectualMacs(workload, outputs);
        CompulsoryBytes compulsory = new CompulsoryBytes(workload, context.segment());
        Map<Integer, Integer> onChip = new HashMap<>();
        WorkItem item = new WorkItem(SCHEMA);
        for (int index : context.segment().layers()) {
            context.output(index, tensor(outputs.get(index)));
            Layer layer = network.layer(index);
            if (layer.op() instanceof Concatenation) {
                continue;
            }
            for (int operand : layer.operands()) {
                for (int part : network.materialisedParts(operand)) {
                    if (!onChip.containsKey(part)) {
                        long bytes = bytes(compulsory.needed(part, context.activation(part)));
                        item.begin(LOAD_INPUTS, index, 0, 0, 0).moves(TensorRole.INPUTS, part, bytes);
                        onChip.put(part, context.sink().accept(item));
                    }
                }
            }
            item.begin(LOAD_WEIGHTS, index, 0, 0, 0).moves(TensorRole.WEIGHTS, index, bytes(compulsory.weights(index)));
            int weights = context.sink().accept(item);
            item.begin(MULTIPLY, index, 0, 0, 0).count(0, products(products.get(index)));
            item.waitFor(weights + waitOffset());
            for (int operand : layer.operands()) {
                for (int part : network.materialisedParts(operand)) {
                    item.waitFor(onChip.get(part));
                }
            }
            int computed = context.sink().accept(item);
            onChip.put(index, computed);
            if (compulsory.leaves(index)) {
                long bytes = bytes(outputs.get(index).nonZeros());
                item.begin(STORE, index, 0, 0, 0).moves(TensorRole.OUTPUTS, index, bytes);
                context.sink().accept(item.waitFor(computed));
            }
        }
    }

    /**
     * The output that is given for a computed one.
     *
     * @param computed the right output; not to be modified
     * @return the same one, unless a subclass cheats
     */
    protected ActivationTensor tensor(ActivationTensor computed) {
        return computed;
    }

    /**
     * The products that are counted for those that a layer performs.
     *
     * @param effectual effectual MACs of the layer
     * @return as many, unless a subclass cheats
     */
    protected int products(long effectual) {
        return (int) effectual;
    }

    /**
     * The bytes that a transfer asks for, where it needs so many.
     *
     * @param least compulsory bytes of the transfer
     * @return as many, unless a subclass cheats
     */
    protected long bytes(long least) {
        return least;
    }

    /**
     * {@return what is added to the number of the item of weights that a computation waits for; 0, unless a subclass
     * cheats}
     */
    protected int waitOffset() {
        return 0;
    }
}
