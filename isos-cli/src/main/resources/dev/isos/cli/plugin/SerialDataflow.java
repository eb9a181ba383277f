package __package__;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkMetric;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.StorageDemand;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.support.reference.ReferenceExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weight stationary, layer by layer, one output column after the other. The non-zero weights of a layer stay on chip (a byte
 * each, and one bit per position that says where they are); each meets every output position. Input columns stream in once
 * and stay until the last window that covers them is done; outputs leave at one byte each.
 *
 * <p>It counts what happens and never says how long it takes: that is for {@link SerialModel}.
 */
public final class SerialDataflow implements Dataflow {
    static final String BUFFER_BYTES = "bufferBytes";

    // positions in the lists below
    static final int LOAD_WEIGHTS = 0;
    static final int LOAD_INPUTS = 1;
    static final int COMPUTE = 2;
    static final int STORE = 3;
    static final int PRODUCTS = 0;
    static final int OPERANDS = 1;
    static final int OUTPUTS = 2;

    static final WorkSchema SCHEMA = new WorkSchema(
            List.of(
                    new Phase("load-weights", PhaseKind.READ, "non-zero weights of a layer and their positions"),
                    new Phase("load-inputs", PhaseKind.READ, "input columns that an output column is the first to need"),
                    new Phase("compute", PhaseKind.COMPUTE, "one output column"),
                    new Phase("store", PhaseKind.WRITE, "one output column")),
            List.of(
                    WorkMetric.PRODUCTS,
                    new WorkMetric("operands", "elements", "operands of poolings, additions and the like", 1),
                    new WorkMetric("outputs", "elements", "outputs requantised", 1)));

    @Override
    public String id() {
        return "__id__";
    }

    @Override
    public String description() {
        return "weight stationary, layer by layer; skips weights that are zero";
    }

    @Override
    public WorkSchema schema(Geometry geometry) {
        return SCHEMA;
    }

    @Override
    public Set<String> requiredGeometry() {
        return Set.of(BUFFER_BYTES);
    }

    /** False: products with inputs that are zero, padding among them, are done too. */
    @Override
    public boolean effectualOnly() {
        return false;
    }

    @Override
    public MappingOutcome map(Workload workload, List<Integer> layers, Geometry geometry) {
        long limit = geometry.get(BUFFER_BYTES);
        List<LayerMapping> mappings = new ArrayList<>();
        List<StorageDemand> storage = new ArrayList<>();
        for (int index : layers) {
            Layer layer = workload.network().layer(index);
            mappings.add(new LayerMapping(index, Map.of()));
            if (layer.op() instanceof Concatenation) {
                continue; // only names several tensors as one
            }
            long bytes = weightBytes(workload, layer) + inputBytes(layer);
            if (!storage.isEmpty()) {
                return new PlanRejection("layers", layers.size(), 1, "__id__ works layer by layer");
            }
            if (bytes > limit) {
                return new PlanRejection(
                        "buffer",
                        bytes,
                        limit,
                        "layer " + layer.name() + " needs " + bytes + " bytes of buffer, there are " + limit);
            }
            storage.add(new StorageDemand("buffer", bytes, limit, 1));
        }
        return new Segment(layers, mappings, storage, List.of());
    }

    /** A byte per non-zero weight and a bit per weight; 0 for a layer without filters. */
    private static long weightBytes(Workload workload, Layer layer) {
        return layer.convolution().isEmpty()
                ? 0
                : workload.filters(layer.index()).nonZeros() + (layer.filterShape().elements() + 7L) / 8;
    }

    /** The input columns of the windows of two output columns: of the one being computed and of the next. */
    private static long inputBytes(Layer layer) {
        long columns = Math.min(layer.inputShape().width(), 2L * window(layer).columns());
        return columns * layer.inputShape().height() * layer.inputShape().channels() * layer.inputs().size();
    }

    private static Window window(Layer layer) {
        return layer.convolution()
                .map(convolution -> convolution.window())
                .orElse(layer.op() instanceof Pooling pooling ? pooling.window() : Window.square(1, 1, 0));
    }

    @Override
    public long weightBytes(Workload workload, Segment segment, Geometry geometry) {
        return segment.layers().stream()
                .mapToLong(l -> weightBytes(workload, workload.network().layer(l)))
                .sum();
    }

    @Override
    public void execute(ExecutionContext context) {
        Workload workload = context.workload();
        for (int index : context.segment().layers()) {
            Layer layer = workload.network().layer(index);
            if (!(layer.op() instanceof Concatenation)) {
                stream(context, layer);
            }
            ActivationTensor[] inputs =
                    layer.inputs().stream().map(context::activation).toArray(ActivationTensor[]::new);
            ActivationTensor residual = layer.hasResidual() ? context.activation(layer.residual()) : null;
            context.output(
                    index,
                    ReferenceExecutor.execute(layer, workload.parameters().get(index), inputs, residual));
        }
    }

    /** Gives the items of a layer: while a column is computed, the inputs of the next arrive and the outputs of the last leave. */
    private static void stream(ExecutionContext context, Layer layer) {
        Workload workload = context.workload();
        Network network = workload.network();
        WorkItem item = new WorkItem(SCHEMA);
        Window window = window(layer);
        int last = layer.index();
        int weights = -1;
        int nonZeros = 0;
        if (layer.convolution().isPresent()) {
            nonZeros = workload.filters(last).nonZeros();
            item.begin(LOAD_WEIGHTS, last, 0, 0, 0).moves(TensorRole.WEIGHTS, last, weightBytes(workload, layer));
            weights = context.sink().accept(item);
        }
        int height = layer.outputShape().height();
        int outputs = height * layer.outputShape().channels();
        int operands =
                layer.convolution().isPresent() ? 0 : outputs * window.rows() * window.columns() * layer.inputs().size();
        int before = -1; // the items that compute the last two columns
        int beforeThat = -1;
        int nextColumn = 0;
        List<Integer> loads = new ArrayList<>();
        for (int q = 0; q < layer.outputShape().width(); q++) {
            loads.clear();
            int from = Math.max(nextColumn, window.inputColumn(q, 0));
            int to = Math.min(layer.inputShape().width(), window.inputColumn(q, window.columns() - 1) + 1);
            for (int input : layer.inputs()) {
                long perChannel = (long) Math.max(0, to - from) * layer.inputShape().height();
                load(context, item, network, layer, q, TensorRole.INPUTS, input, perChannel, beforeThat, loads);
            }
            nextColumn = Math.max(nextColumn, to);
            if (layer.hasResidual()) {
                load(context, item, network, layer, q, TensorRole.RESIDUALS, layer.residual(), height, beforeThat, loads);
            }
            item.begin(COMPUTE, last, q, 0, 0)
                    .count(PRODUCTS, Math.multiplyExact(nonZeros, height))
                    .count(OPERANDS, operands)
                    .count(OUTPUTS, outputs);
            loads.forEach(item::waitFor);
            for (int earlier : new int[] {weights, before}) {
                if (earlier >= 0) {
                    item.waitFor(earlier);
                }
            }
            beforeThat = before;
            before = context.sink().accept(item);
            item.begin(STORE, last, q, 0, 0).moves(TensorRole.OUTPUTS, last, outputs).waitFor(before);
            context.sink().accept(item);
        }
    }

    /** Loads columns of a tensor, or of the tensors that a concatenation stands for. */
    private static void load(
            ExecutionContext context,
            WorkItem item,
            Network network,
            Layer layer,
            int step,
            TensorRole role,
            int tensor,
            long bytesPerChannel,
            int after,
            List<Integer> loads) {
        for (int part : network.materialisedParts(tensor)) {
            long bytes = bytesPerChannel * network.shapeOf(part).channels();
            if (bytes > 0) {
                item.begin(LOAD_INPUTS, layer.index(), step, 0, 0).moves(role, part, bytes);
                if (after >= 0) {
                    item.waitFor(after);
                }
                loads.add(context.sink().accept(item));
            }
        }
    }
}
