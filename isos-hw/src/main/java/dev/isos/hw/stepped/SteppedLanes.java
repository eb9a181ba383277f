package dev.isos.hw.stepped;

import static dev.isos.hw.isosceles.IsoscelesRun.check;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.mapping.IsOsMapper;
import dev.isos.core.wavefront.mapping.OffChipFormat;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.hw.isosceles.DatapathCounts;
import dev.isos.hw.isosceles.FilterReads;
import dev.isos.hw.isosceles.IsoscelesModel;
import dev.isos.hw.isosceles.Lanes;
import dev.isos.hw.isosceles.SegmentItems;
import dev.isos.hw.stepped.ActivationStream.FrontEndItem;
import dev.isos.hw.stepped.TensorMemory.Fiber;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All lanes, clocked: in a cycle with work every unit of every lane takes one step. Holds each item to what the dataflow
 * announced, and the memories to their capacities.
 */
final class SteppedLanes implements Lanes {
    private static final int CLOCK = 0;

    private final IsoscelesModel model;
    private final RunRequest request;
    private final WorkSchema schema;
    private final Workload workload;

    /** By image. */
    private final List<TensorMemory> memories;

    private final FilterBuffer filterBuffer;

    /** The running segment and the next one, by number. */
    private final Map<Integer, SteppedSegment> segments = new HashMap<>();

    private final ProcessingElements[] elements;
    private final BackEnd[] backEnds;
    private SteppedSegment running;
    private SegmentItems items;
    private Machine machine;
    private boolean ticking;
    private long[][] backEndBusy = new long[0][];

    /** Bytes in the queues of each lane. */
    private final long[] queued;

    private final DatapathCounts counts = new DatapathCounts();
    private final OffChipFormat format;
    private final Geometry geometry;
    private final FilterReads filterReads = new FilterReads();
    private long products;
    private long elementsRead;
    private long merges;
    private long places;
    private long outputs;
    private long storedBytes;
    private long loadedBytes;
    private long dramRead;
    private long dramWritten;

    SteppedLanes(IsoscelesModel model, RunRequest request, WorkSchema schema, List<Workload> workloads) {
        this.model = model;
        this.request = request;
        this.schema = schema;
        this.workload = workloads.get(0);
        memories = workloads.stream().map(TensorMemory::new).toList();
        filterBuffer = new FilterBuffer(model.filterBufferBytes);
        elements = new ProcessingElements[model.lanes];
        backEnds = new BackEnd[model.lanes];
        queued = new long[model.lanes];
        geometry = model.geometry();
        format = OffChipFormat.of(geometry);
    }

    private TensorMemory memory(int segment) {
        return memories.get(request.image(segment));
    }

    /** The next segment's items are about to come; they pass through here. */
    WorkSink listen(int segment, WorkSink sink) {
        Announced announced = new Announced(schema, sink);
        segments.remove(segment - 2);
        segments.put(segment, new SteppedSegment(segment, model, request, workload, memory(segment), announced));
        return announced;
    }

    @Override
    public void begin(SegmentItems segment, Machine around, long now) {
        check(!busy(), () -> "the lanes turn to another segment before all computation of the running one has ended");
        counts.filterReadBytes += filterReads.bytes();
        filterReads.begin(segment.depths());
        items = segment;
        machine = around;
        running = segments.get(segment.segment);
        for (int lane = 0; lane < model.lanes; lane++) {
            elements[lane] = new ProcessingElements(model, segment, now);
            backEnds[lane] = new BackEnd(model.mergers, model.placesPerCycle(), model.postOpUnits);
        }
        backEndBusy = new long[model.lanes][segment.depths()];
    }

    private boolean busy() {
        for (int lane = 0; lane < model.lanes; lane++) {
            if (elements[lane] != null && (!elements[lane].idle() || !backEnds[lane].idle())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void compute(int item, long now) {
        LayerContext layer = running.layers[items.depth[item]];
        int lane = items.lane[item];
        if (items.isFrontEnd(item)) {
            FrontEndItem work = new FrontEndItem(
                    item, layer, items.step[item], items.row[item], running.laneOfRow(items, item), filterBuffer);
            layer.partials.reads(items.step[item], items.row[item]);
            if (work.done()) {
                ended(work, now);
            } else {
                elements[lane].stream(items.depth[item]).add(work, running.announced.count(item, IsOsSchema.VECTORS));
            }
        } else {
            BackEndItem work =
                    new BackEndItem(item, layer, items.step[item], items.row[item], running.laneOfRow(items, item));
            if (work.empty()) {
                ended(work, now);
            } else {
                backEnds[lane].add(work);
            }
        }
    }

    @Override
    public void settled(long now) {
        if (!ticking && busy()) {
            ticking = true;
            machine.at(now + 1, CLOCK, 0);
        }
    }

    /** The clock has ticked: everything takes the step of the cycle that is over. */
    @Override
    public void handle(int kind, int about, long now) {
        ticking = false;
        for (int lane = 0; lane < model.lanes; lane++) {
            for (FrontEndItem item : elements[lane].step(now - 1)) {
                ended(item, item.start);
            }
            BackEndItem merged = backEnds[lane].step(now - 1);
            if (merged != null) {
                ended(merged, merged.start);
            }
        }
    }

    private void ended(FrontEndItem work, long start) {
        int item = work.number;
        equal(item, "elements", work.elements.size(), IsOsSchema.ELEMENTS);
        equal(item, "vectors", work.vectors, IsOsSchema.VECTORS);
        equal(item, "products", work.products, IsOsSchema.PRODUCTS);
        elementsRead += work.elements.size();
        products += work.products;
        filterReads.add(
                items.depth[item],
                work.step,
                DatapathCounts.weightBytes(work.products),
                filterBuffer.bytes(items.segment, items.layerOf(item), work.context.tile(work.step)));
        checkPartials(items.lane[item]);
        machine.ended(item, start);
    }

    private void checkPartials(int lane) {
        long partials = Arrays.stream(running.layers)
                .filter(layer -> layer != null && layer.partials != null)
                .mapToLong(layer -> layer.partials.incompleteBytes(
                        lane, model.lanes, IsOsMapper.partialBytes(layer.layer, geometry)))
                .sum();
        check(
                partials <= running.partialDemand,
                () -> "the context array of lane " + lane + " holds " + partials
                        + " bytes of partial results that are not complete, the mapping of " + running + " allows "
                        + running.partialDemand);
    }

    private void ended(BackEndItem work, long start) {
        int item = work.number;
        equal(item, "operands merged", work.merges, IsOsSchema.MERGES);
        equal(item, "outputs", work.outputs(), IsOsSchema.OUTPUTS);
        if (model.partialPlaces()) {
            equal(item, "places", work.places, IsOsSchema.PLACES);
        }
        if (work.context.partials != null) {
            counts.mergedPartials += work.merges;
        } else {
            counts.mergedElements += work.merges;
        }
        merges += work.merges;
        places += work.places;
        outputs += work.outputs();
        backEndBusy[items.lane[item]][items.depth[item]] += work.busy;
        machine.ended(item, start);
    }

    private void equal(int item, String what, long count, int position) {
        int announced = running.announced.count(item, position);
        check(
                count == announced,
                () -> "the datapath counts " + count + " " + what + " of work item " + item + " of " + running
                        + ", announced were " + announced);
    }

    @Override
    public void transferBegins(SegmentItems of, int item) {
        SteppedSegment segment = segments.get(of.segment);
        int phase = of.phase[item];
        int bytes;
        if (phase == IsOsSchema.LOAD_WEIGHTS) {
            // of a further image of a batch they may be there
            bytes = request.image(of.segment) > 0 && of.offChip[item] == 0
                    ? 0
                    : IsOsMapper.ENTRY_BYTES * segment.layers[of.depth[item]].weightsOf(of.step[item]);
        } else {
            Fiber fiber = segment.fiber(of, item);
            int nonZeros = phase == IsOsSchema.LOAD_INPUT
                    ? memory(of.segment).beginLoad(fiber)
                    : memory(of.segment).beginStore(of.segment, fiber);
            bytes = format.bytes(nonZeros, fiber.to() - fiber.from());
        }
        check(
                bytes == of.offChip[item],
                () -> "work item " + item + " of " + segment + " moves " + of.offChip[item]
                        + " bytes, its non-zeros take " + bytes);
        if (phase == IsOsSchema.STORE_OUTPUT) {
            dramWritten += bytes;
            storedBytes += bytes;
        } else {
            dramRead += bytes;
            loadedBytes += phase == IsOsSchema.LOAD_INPUT ? bytes : 0;
        }
    }

    @Override
    public void itemEnded(SegmentItems of, int item) {
        SteppedSegment segment = segments.get(of.segment);
        int phase = of.phase[item];
        if (phase == IsOsSchema.LOAD_WEIGHTS) {
            filterBuffer.arrive(of.segment, of.layerOf(item), of.step[item], of.work[item], of.offChip[item]);
        } else if (phase == IsOsSchema.LOAD_INPUT) {
            int nonZeros = memory(of.segment).load(of.segment, segment.fiber(of, item));
            int share = segment.share(of, item);
            queue(of, item, (IsOsMapper.ENTRY_BYTES * nonZeros + share - 1) / share);
        } else if (phase == IsOsSchema.BACKEND) {
            Fiber made = segment.fiber(of, item);
            memory(of.segment).arrive(of.segment, made);
            queue(of, item, IsOsMapper.ENTRY_BYTES * memory(of.segment).beginStore(of.segment, made));
        } else if (phase == IsOsSchema.STORE_OUTPUT) {
            memory(of.segment).store(of.segment, segment.fiber(of, item));
        }
        // what a front end has made is in the context array
    }

    private void queue(SegmentItems of, int item, int bytes) {
        check(
                of.held[item] == bytes,
                () -> "work item " + item + " holds " + of.held[item] + " bytes, its non-zeros take " + bytes);
        counts.queuedBytes += bytes;
        int lane = of.lane[item];
        queued[lane] += bytes;
        check(
                queued[lane] <= model.queueBytes,
                () -> "the queues of lane " + lane + " hold " + queued[lane] + " bytes, they have " + model.queueBytes);
    }

    @Override
    public void released(SegmentItems of, int item) {
        if (of.phase[item] == IsOsSchema.LOAD_WEIGHTS) {
            filterBuffer.leave(of.segment, of.layerOf(item), of.step[item]);
        } else if (of.phase[item] == IsOsSchema.LOAD_INPUT || of.phase[item] == IsOsSchema.BACKEND) {
            memory(of.segment).leave(of.segment, segments.get(of.segment).fiber(of, item));
            queued[of.lane[item]] -= of.held[item];
        }
    }

    @Override
    public long doneVectors() {
        return Arrays.stream(elements).mapToLong(lane -> lane.vectors).sum();
    }

    @Override
    public long busiest() {
        long most = 0;
        for (int lane = 0; lane < model.lanes; lane++) {
            most = Math.max(most, Math.max(elements[lane].anyBusy, backEnds[lane].busy));
        }
        return most;
    }

    @Override
    public long busiest(int depth) {
        long most = 0;
        for (int lane = 0; lane < model.lanes; lane++) {
            most = Math.max(most, Math.max(elements[lane].busy[depth], backEndBusy[lane][depth]));
        }
        return most;
    }

    /** What the datapath did: all that the machine's activities name, counted in it and not taken from the items. */
    Map<String, Long> counts() {
        counts.filterReadBytes += filterReads.bytes();
        filterReads.begin(0);
        Map<String, Long> all = new HashMap<>(counts.counts());
        all.put("products", products);
        all.put("elements", elementsRead);
        all.put("merges", merges);
        all.put("places", places);
        all.put("outputs", outputs);
        all.put("filterBufferBytes", filterBuffer.written);
        all.put("store-output.bytes", storedBytes);
        all.put("load-input.bytes", loadedBytes);
        all.put(Activity.READ, dramRead);
        all.put(Activity.WRITTEN, dramWritten);
        return all;
    }

    /** What a layer made. */
    ActivationTensor output(int image, int layer) {
        return memories.get(image).output(layer);
    }
}
