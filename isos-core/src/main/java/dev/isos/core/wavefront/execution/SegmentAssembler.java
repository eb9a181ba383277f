package dev.isos.core.wavefront.execution;

import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.Segment;
import dev.isos.api.plan.TensorBuffer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.wavefront.mapping.FilterFootprint;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.OffChipFormat;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.mapping.SegmentPasses;
import dev.isos.core.wavefront.mapping.SegmentTensors;
import dev.isos.core.wavefront.mapping.SegmentTensors.Operand;
import dev.isos.core.wavefront.mapping.WavefrontSchedule;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.core.wavefront.work.LayerWork;
import java.util.List;

/** Puts the work items of an executed segment in order: counts from {@link LayerWork}, waits from the wavefronts. */
public final class SegmentAssembler implements WavefrontSchedule.Visitor {
    private final ExecutionContext context;
    private final Network network;
    private final SegmentTensors tensors;
    private final List<Layer> layers;
    private final List<LayerWork> works;
    private final SegmentPasses passes;
    private final int lanes;
    private final OffChipFormat format;
    private final WorkSink sink;
    private final WorkItem item;
    private final boolean places;
    private final int[] partialColumns;

    /** What each layer reads through its window, and at the position of its output. */
    private final Operand[][] windowed;

    private final Operand[][] aligned;

    /** Rows of each pass, by layer position. */
    private final KernelAxis[][] rows;

    private final FilterFootprint[] footprints;

    /** Numbers of the items, by layer position. */
    private final int[][] weightItems;

    private final int[][] frontEndItems;
    private final int[][] backEndItems;

    /** By slot of the tensor. */
    private final EnteringTensor[] loads;

    /** Position of the layer that makes a tensor, by slot. */
    private final int[] producers;

    private int pass;

    /** @param works of the layers that compute, in the order of {@code tensors.layers()} */
    public SegmentAssembler(
            ExecutionContext context, SegmentTensors tensors, SegmentPasses passes, List<LayerWork> works) {
        this.context = context;
        this.network = context.workload().network();
        this.tensors = tensors;
        this.layers = tensors.layers();
        this.works = works;
        this.passes = passes;
        this.sink = context.sink();
        Geometry geometry = context.geometry();
        lanes = geometry.getInt(IsOsSchema.LANES);
        item = new WorkItem(IsOsSchema.of(geometry));
        places = geometry.has(IsOsSchema.PARTIAL_PLACES);
        format = OffChipFormat.of(geometry);
        int count = layers.size();
        partialColumns = IsOsMapper.partialColumns(tensors, geometry);
        windowed = new Operand[count][];
        aligned = new Operand[count][];
        rows = new KernelAxis[count][passes.count()];
        footprints = new FilterFootprint[count];
        weightItems = new int[count][];
        frontEndItems = new int[count][];
        backEndItems = new int[count][];
        loads = new EnteringTensor[network.tensors()];
        producers = new int[network.tensors()];
        for (int i = 0; i < count; i++) {
            Layer layer = layers.get(i);
            windowed[i] = tensors.windowed(i).toArray(Operand[]::new);
            aligned[i] = tensors.aligned(i).toArray(Operand[]::new);
            producers[network.slot(layer.index())] = i;
            backEndItems[i] = new int[works.get(i).backEndItems()];
            frontEndItems[i] = new int[works.get(i).frontEndItems()];
            Window window = window(layer);
            if (layer.op() instanceof Convolution && !works.get(i).factors().streamed()) {
                footprints[i] = context.shared(
                        new FootprintKey(layer.index()),
                        FilterFootprint.class,
                        () -> new FilterFootprint(context.workload().filters(layer.index()), window));
            }
            for (int n = 0; n < passes.count() && window != null; n++) {
                Pass mine = passes.pass(n, i);
                rows[i][n] = KernelAxis.rows(window, layer.inputShape().height(), mine.firstOutput(), mine.endOutput());
            }
        }
    }

    private record FootprintKey(int layer) {}

    private static Window window(Layer layer) {
        if (layer.op() instanceof Convolution convolution) {
            return convolution.window();
        }
        return layer.op() instanceof Pooling pooling ? pooling.window() : null;
    }

    /** Gives all items of the segment to the sink. */
    public void assemble() {
        item.expect((int) Math.min(mostItems(), Integer.MAX_VALUE));
        if (layers.size() == 1 && works.get(0).factors().streamed()) {
            stream();
            return;
        }
        for (int i = 0; i < layers.size(); i++) {
            weightItems[i] = new int[works.get(i).factors().kTiles()];
            if (layers.get(i).op() instanceof Convolution) {
                loadWeights(i, 0);
            }
        }
        for (pass = 0; pass < passes.count(); pass++) {
            for (int i = 0; i < layers.size(); i++) {
                int next = passes.kTile(pass) + 1;
                boolean begins = pass == passes.firstPass(next - 1) && next < weightItems[i].length;
                if (begins && layers.get(i).op() instanceof Convolution) {
                    loadWeights(i, next);
                }
            }
            for (int tensor : tensors.entering()) {
                loads[network.slot(tensor)] = new EnteringTensor(tensor, loads[network.slot(tensor)]);
            }
            WavefrontSchedule.run(tensors, partialColumns, this);
        }
    }

    /** Items of the segment; more where columns stay on chip from pass to pass. */
    private long mostItems() {
        long items = 0;
        for (int i = 0; i < layers.size(); i++) {
            LayerWork work = works.get(i);
            LayerFactors factors = work.factors();
            items += work.frontEndItems() + work.backEndItems();
            items += factors.streamed() ? factors.streamSteps() : factors.kTiles();
            for (int n = 0; n < passes.count() && tensors.leaves(layers.get(i).index()); n++) {
                items += (long) layers.get(i).outputShape().width()
                        * (passes.endStored(n, i) - passes.firstStored(n, i));
            }
        }
        for (int tensor : tensors.entering()) {
            for (int n = 0; n < passes.count(); n++) {
                items += (long) tensors.shape(tensor).width() * (passes.endRow(n, tensor) - passes.firstRow(n, tensor));
            }
        }
        return items;
    }

    private void loadWeights(int i, int tile) {
        int layer = layers.get(i).index();
        LayerWork work = works.get(i);
        Pass k = work.pass(passes.firstPass(tile));
        long bytes = footprints[i].bytes(k.firstChannel(), k.endChannel());
        item.begin(IsOsSchema.LOAD_WEIGHTS, layer, tile, 0, 0)
                .moves(TensorRole.WEIGHTS, layer, bytes)
                .count(IsOsSchema.FILTER_BUFFER_BYTES, Math.toIntExact(bytes));
        if (tile >= 2) {
            waitForColumn(
                    i,
                    passes.firstPass(tile - 1) - 1,
                    layers.get(i).outputShape().width() - 1);
        }
        weightItems[i][tile] = sink.accept(item);
    }

    /** Waits for all back ends of an output column, which have waited for all before them. */
    private void waitForColumn(int i, int ofPass, int q) {
        LayerWork work = works.get(i);
        Pass done = work.pass(ofPass);
        for (int p = done.firstOutput(); p < done.endOutput(); p++) {
            for (int lane = 0; lane < work.factors().outputLanes(); lane++) {
                item.waitFor(backEndItems[i][work.backEndItem(ofPass, q, p, lane)]);
            }
        }
    }

    @Override
    public void load(int tensor, int column) {
        loads[network.slot(tensor)].load(column);
    }

    @Override
    public void frontends(int i, int w) {
        Layer layer = layers.get(i);
        LayerWork work = works.get(i);
        int width = layer.inputShape().width();
        int rowLanes = work.factors().rowLanes();
        Pass mine = passes.pass(pass, i);
        int tile = passes.kTile(pass);
        for (int h = mine.firstInput(); h < mine.endInput(); h++) {
            for (int lane = 0; lane < rowLanes; lane++) {
                int at = work.frontEndItem(pass, w, h, lane);
                beginFrontEnd(i, at, pass * width + w, h, (h - mine.firstInput()) * rowLanes + lane);
                if (w > 0) {
                    item.waitFor(frontEndItems[i][work.frontEndItem(pass, w - 1, h, lane)]);
                }
                // what lies between the first and the last item of a lane is ordered by them
                if (w == 0 || w == width - 1) {
                    item.waitFor(weightItems[i][tile]);
                }
                for (Operand operand : windowed[i]) {
                    waitForFiber(operand, w, h, 0, Integer.MAX_VALUE);
                }
                waitForPartialColumns(i, w, h);
                frontEndItems[i][at] = sink.accept(item);
            }
        }
    }

    private void beginFrontEnd(int i, int at, int step, int row, int place) {
        LayerWork work = works.get(i);
        item.begin(IsOsSchema.FRONTEND, layers.get(i).index(), step, row, place)
                .count(IsOsSchema.PRODUCTS, work.products()[at])
                .count(IsOsSchema.ELEMENTS, work.elements()[at])
                .count(IsOsSchema.VECTORS, work.vectors()[at]);
    }

    /**
     * Waits for the back ends that free the columns that input column w is the first to reach: those whose partial results the
     * lane held that many columns ago. In the pass before these may be of any row, since tiles differ in their rows.
     */
    private void waitForPartialColumns(int i, int w, int h) {
        LayerWork work = works.get(i);
        Window window = window(layers.get(i));
        int width = layers.get(i).outputShape().width();
        int newest = Math.min(width - 1, (w + window.padLeft()) / window.strideColumns());
        for (int q = newest; q >= 0 && Math.max(0, window.inputColumn(q, 0)) == w; q--) {
            int freed = pass * width + q - partialColumns[i];
            if (freed < 0) {
                continue;
            }
            if (freed / width < pass) {
                waitForColumn(i, freed / width, freed % width);
                continue;
            }
            KernelAxis axis = rows[i][pass];
            for (int r = axis.low(h); r < axis.high(h); r++) {
                int p = axis.output(h, r);
                for (int lane = 0; lane < work.factors().outputLanes(); lane++) {
                    item.waitFor(backEndItems[i][work.backEndItem(pass, freed % width, p, lane)]);
                }
            }
        }
    }

    /** Waits for the part of a fiber of an operand that overlaps the channels {@code from .. to} of the operand. */
    private void waitForFiber(Operand operand, int column, int row, int from, int to) {
        int tensor = operand.tensor();
        int first = operand.firstChannel();
        if (from >= first + tensors.shape(tensor).channels() || to <= first) {
            return;
        }
        if (tensors.enters(tensor)) {
            item.waitFor(loads[network.slot(tensor)].item(column, row));
            return;
        }
        int i = producers[network.slot(tensor)];
        int[] parts = works.get(i).parts(pass);
        for (int lane = 0; lane < parts.length - 1; lane++) {
            if (first + parts[lane] < to && from < first + parts[lane + 1]) {
                item.waitFor(backEndItems[i][works.get(i).backEndItem(pass, column, row, lane)]);
            }
        }
    }

    @Override
    public void backends(int i, int q) {
        Layer layer = layers.get(i);
        LayerWork work = works.get(i);
        Pass mine = passes.pass(pass, i);
        int[] parts = work.parts(pass);
        for (int p = mine.firstOutput(); p < mine.endOutput(); p++) {
            for (int lane = 0; lane < parts.length - 1; lane++) {
                int at = beginBackEnd(i, q, p, lane);
                if (layer.op() instanceof Convolution) {
                    waitForFrontEnds(i, q, p);
                } else if (layer.op() instanceof Pooling pooling) {
                    waitForWindow(i, pooling.window(), q, p, parts[lane], parts[lane + 1]);
                }
                int from = layer.firstInputChannel(parts[lane], parts[lane + 1]);
                int to = layer.endInputChannel(parts[lane], parts[lane + 1]);
                for (Operand operand : aligned[i]) {
                    waitForFiber(operand, q, p, from, to);
                }
                backEndItems[i][at] = sink.accept(item);
            }
        }
        if (tensors.leaves(layer.index())) {
            store(i, q, passes.firstStored(pass, i), passes.endStored(pass, i));
        }
    }

    private int beginBackEnd(int i, int q, int p, int lane) {
        LayerWork work = works.get(i);
        int[] parts = work.parts(pass);
        int at = work.backEndItem(pass, q, p, lane);
        int place = (p - work.pass(pass).firstOutput()) * work.factors().outputLanes() + lane;
        int step = pass * layers.get(i).outputShape().width() + q;
        item.begin(IsOsSchema.BACKEND, layers.get(i).index(), step, p, place)
                .holds(layers.get(i).index(), work.held()[at])
                .count(IsOsSchema.MERGES, work.merges()[at])
                .count(IsOsSchema.OUTPUTS, parts[lane + 1] - parts[lane]);
        if (places && footprints[i] != null) {
            item.count(IsOsSchema.PLACES, places(i, p, parts[lane], parts[lane + 1]));
        }
        return at;
    }

    /** Of each kernel row that lies in the map. */
    private int places(int i, int p, int firstChannel, int endChannel) {
        Window window = window(layers.get(i));
        int places = 0;
        for (int r = 0; r < window.rows(); r++) {
            int h = window.inputRow(p, r);
            if (h >= 0 && h < layers.get(i).inputShape().height()) {
                places += footprints[i].reached(r, firstChannel, endChannel);
            }
        }
        return places;
    }

    private void waitForFrontEnds(int i, int q, int p) {
        FeatureMapShape in = layers.get(i).inputShape();
        LayerWork work = works.get(i);
        Window window = window(layers.get(i));
        int completing = KernelAxis.completingColumn(window, q, in.width());
        for (int r = 0; r < window.rows() && completing >= 0; r++) {
            int h = window.inputRow(p, r);
            if (h >= 0 && h < in.height()) {
                for (int lane = 0; lane < work.factors().rowLanes(); lane++) {
                    item.waitFor(frontEndItems[i][work.frontEndItem(pass, completing, h, lane)]);
                }
            }
        }
    }

    private void waitForWindow(int i, Window window, int q, int p, int from, int to) {
        FeatureMapShape in = layers.get(i).inputShape();
        for (int s = 0; s < window.columns(); s++) {
            int w = window.inputColumn(q, s);
            for (int r = 0; r < window.rows(); r++) {
                int h = window.inputRow(p, r);
                if (w >= 0 && w < in.width() && h >= 0 && h < in.height()) {
                    for (Operand operand : windowed[i]) {
                        waitForFiber(operand, w, h, from, to);
                    }
                }
            }
        }
    }

    private void store(int i, int q, int firstRow, int endRow) {
        LayerWork work = works.get(i);
        int tensor = layers.get(i).index();
        int[] parts = work.parts(pass);
        int step = pass * layers.get(i).outputShape().width() + q;
        for (int p = firstRow; p < endRow; p++) {
            int at = work.backEndItem(pass, q, p, 0);
            int nonZeros = 0;
            for (int lane = 0; lane < parts.length - 1; lane++) {
                nonZeros += work.held()[at + lane] / IsOsMapper.ENTRY_BYTES;
            }
            int bytes = format.bytes(nonZeros, parts[parts.length - 1] - parts[0]);
            item.begin(
                            IsOsSchema.STORE_OUTPUT,
                            tensor,
                            step,
                            p,
                            (p - work.pass(pass).firstOutput()) * work.factors().outputLanes())
                    .moves(TensorRole.OUTPUTS, tensor, bytes);
            for (int lane = 0; lane < parts.length - 1; lane++) {
                item.waitFor(backEndItems[i][at + lane]);
            }
            sink.accept(item);
        }
    }

    /** All items of a layer whose weights stream by. */
    private void stream() {
        Layer layer = layers.get(0);
        LayerWork work = works.get(0);
        FeatureMapShape in = layer.inputShape();
        for (int tensor : tensors.entering()) {
            loads[network.slot(tensor)] = new EnteringTensor(tensor, null);
        }
        int rowLanes = work.factors().rowLanes();
        int steps = work.factors().streamSteps();
        int loaded = 0;
        for (int step = 0; step < steps; step++) {
            long bytes = (long) IsOsMapper.ENTRY_BYTES * work.stepWeights(step);
            item.begin(IsOsSchema.LOAD_WEIGHTS, layer.index(), step, 0, 0)
                    .moves(TensorRole.WEIGHTS, layer.index(), bytes)
                    .count(IsOsSchema.FILTER_BUFFER_BYTES, Math.toIntExact(bytes));
            int weights = sink.accept(item);
            int column = work.stepFiber(step) / in.height();
            for (; loaded <= column; loaded++) {
                loadWindowed(loaded);
            }
            for (int lane = 0; lane < rowLanes; lane++) {
                int at = work.frontEndItem(0, step, 0, lane);
                beginFrontEnd(0, at, step, 0, lane);
                item.waitFor(weights);
                if (step > 0) {
                    item.waitFor(frontEndItems[0][at - rowLanes]);
                }
                int from = step == 0 ? 0 : work.stepFiber(step - 1);
                for (int fiber = from; fiber <= work.stepFiber(step); fiber++) {
                    for (Operand operand : windowed[0]) {
                        waitForFiber(operand, fiber / in.height(), fiber % in.height(), 0, Integer.MAX_VALUE);
                    }
                }
                frontEndItems[0][at] = sink.accept(item);
            }
        }
        // the last step ends with the last input fiber, so all columns are loaded
        for (int tensor : tensors.entering()) {
            if (!tensors.readsThroughWindow(0, tensor)) {
                load(tensor, 0);
            }
        }
        int[] parts = work.parts(0);
        for (int lane = 0; lane < parts.length - 1; lane++) {
            int at = beginBackEnd(0, 0, 0, lane);
            for (int n = 0; n < rowLanes; n++) {
                item.waitFor(frontEndItems[0][work.frontEndItem(0, steps - 1, 0, n)]);
            }
            for (Operand operand : aligned[0]) {
                waitForFiber(operand, 0, 0, parts[lane], parts[lane + 1]);
            }
            backEndItems[0][at] = sink.accept(item);
        }
        store(0, 0, 0, 1);
    }

    /** Loads a column of each tensor that the streamed layer reads through its window. */
    private void loadWindowed(int column) {
        for (int tensor : tensors.entering()) {
            if (tensors.readsThroughWindow(0, tensor)) {
                load(tensor, column);
            }
        }
    }

    /**
     * A tensor that is loaded column by column, whole fibers, in the pass at hand. Of a layer in tiles of K the first columns,
     * as many as the queues have room for, stay on chip from the first pass to the last.
     */
    private final class EnteringTensor {
        private final int tensor;
        private final ActivationTensor values;
        private final FeatureMapShape shape;
        private final TensorRole role;
        private final int layer;
        private final int share;
        private final int firstRow;
        private final int endRow;
        private final int firstChannel;
        private final int endChannel;
        private final int resident;
        private final int[] items;

        /** @param before the same in the pass before, or null */
        EnteringTensor(int tensor, EnteringTensor before) {
            this.tensor = tensor;
            values = context.activation(tensor);
            shape = tensors.shape(tensor);
            role = tensors.role(tensor);
            int reader = tensors.firstReader(tensor);
            layer = layers.get(reader).index();
            firstRow = passes.firstRow(pass, tensor);
            endRow = passes.endRow(pass, tensor);
            LayerFactors factors = works.get(reader).factors();
            share = factors.streamed() ? lanes : lanes / Math.max(1, Math.min(lanes, endRow - firstRow));
            int[] range = passes.channels(pass, tensor);
            firstChannel = range[0];
            endChannel = range[1];
            if (before == null) {
                resident = factors.kTiles() > 1 && factors.rowTiles() == 1 && !tensors.readByChannel(tensor)
                        ? residentColumns()
                        : 0;
                items = new int[shape.fibers()];
            } else {
                resident = before.resident;
                items = before.items;
            }
        }

        /** Columns that fit beside those which must have room while the others pass. */
        private int residentColumns() {
            Segment segment = context.segment();
            long room = 0;
            for (TensorBuffer buffer : segment.buffers()) {
                room += buffer.tensor() == tensor ? buffer.capacityBytes() : 0;
            }
            room -= IsOsMapper.movingColumnsBytes(tensors, partialColumns, tensor, lanes);
            long[] taken = new long[lanes];
            for (int column = 0; column < shape.width(); column++) {
                for (int h = firstRow; h < endRow; h++) {
                    int lane = (h - firstRow) * share % lanes;
                    taken[lane] += held(nonZeros(column, h));
                    if (taken[lane] > room) {
                        return column;
                    }
                }
            }
            return shape.width();
        }

        private int nonZeros(int column, int row) {
            int from = values.fiberStart(column, row);
            return values.nonZeros(from + firstChannel, from + endChannel);
        }

        /** Bytes at one of the lanes that share a row. */
        private int held(int nonZeros) {
            return (IsOsMapper.ENTRY_BYTES * nonZeros + share - 1) / share;
        }

        int item(int column, int row) {
            return items[column * shape.height() + row];
        }

        void load(int column) {
            if (pass > 0 && column < resident || firstChannel >= endChannel) {
                return;
            }
            int step = pass * shape.width() + column;
            for (int h = firstRow; h < endRow; h++) {
                int nonZeros = nonZeros(column, h);
                item.begin(IsOsSchema.LOAD_INPUT, layer, step, h, (h - firstRow) * share)
                        .moves(role, tensor, format.bytes(nonZeros, endChannel - firstChannel))
                        .holds(tensor, held(nonZeros));
                items[column * shape.height() + h] = sink.accept(item);
            }
        }
    }
}
