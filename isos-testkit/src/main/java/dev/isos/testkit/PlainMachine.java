package dev.isos.testkit;

import dev.isos.api.dataflow.Geometry;
import dev.isos.api.dataflow.Phase;
import dev.isos.api.dataflow.PhaseKind;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.LayerTiming;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The smallest honest machine, for {@link PlainDataflow}: a port and an array, each of which works through its items in order. */
public class PlainMachine implements HardwareModel {
    /** Multiply-accumulates per cycle. */
    public static final long PEAK = 4;
    /** Off-chip bytes per cycle. */
    public static final double BYTES_PER_CYCLE = 2;

    /** One picojoule per action, a square millimetre per instance. */
    public static final EnergyModel ENERGY = new EnergyModel() {
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
            return new EnergyReport(components.stream()
                    .map(c -> new EnergyReport.Entry(
                            c.name(),
                            category(c),
                            activity.stream()
                                    .filter(a -> a.component().equals(c.name()))
                                    .mapToLong(ActivityCount::count)
                                    .sum(),
                            c.instances()))
                    .toList());
        }
    };

    private static EnergyReport.Category category(Component component) {
        return switch (component.kind()) {
            case "dram" -> EnergyReport.Category.DRAM;
            case "sram" -> EnergyReport.Category.SRAM;
            default -> EnergyReport.Category.MAC;
        };
    }

    private final HardwareSpec spec;
    private final long layersPerSegment;

    /**
     * A machine of a fixed size.
     *
     * @param spec what {@link #spec()} gives; no parameter is read
     * @param layersPerSegment what it declares as {@link PlainDataflow#LAYERS}
     */
    public PlainMachine(HardwareSpec spec, long layersPerSegment) {
        this.spec = spec;
        this.layersPerSegment = layersPerSegment;
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public Geometry geometry() {
        return new Geometry(Map.of(PlainDataflow.LAYERS, layersPerSegment));
    }

    @Override
    public Set<String> supportedPhases() {
        return PlainDataflow.SCHEMA.phases().stream().map(Phase::id).collect(Collectors.toSet());
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
        return 1e9;
    }

    @Override
    public List<Component> components() {
        return List.of(
                new Component("array", "mac-int8", PEAK, Map.of()),
                new Component("buffer", "sram", 1, Map.of("bytes", 1024.0)),
                new Component("dram", "dram", 1, Map.of()));
    }

    @Override
    public List<Activity> activities() {
        return List.of(
                new Activity("array", "multiply-accumulate", "products"),
                new Activity("buffer", "read", "2 * products"),
                new Activity("dram", "read", Activity.READ),
                new Activity("dram", "write", Activity.WRITTEN));
    }

    @Override
    public MachineRun begin(RunRequest request, WorkSchema schema) {
        return new Run(request);
    }

    private static final class Run implements MachineRun, WorkSink {
        private final RunRequest request;
        private final List<SegmentTiming> segments = new ArrayList<>();
        private final List<Long> ends = new ArrayList<>();
        private final LayerTiming[] layers;
        private int segment;
        private long start;
        private long end;
        private long portFree;
        private long arrayFree;
        private long arrayBusy;
        private long portBusy;
        private long moved;

        Run(RunRequest request) {
            this.request = request;
            this.layers = new LayerTiming[request.network().size()];
            java.util.Arrays.fill(layers, new LayerTiming(0, 0, 0));
        }

        @Override
        public WorkSink beginSegment(int index) {
            segment = index;
            ends.clear();
            portFree = start;
            arrayFree = start;
            arrayBusy = 0;
            portBusy = 0;
            return this;
        }

        @Override
        public int accept(WorkItem item) {
            long ready = start;
            for (int i = 0; i < item.waitCount(); i++) {
                ready = Math.max(ready, ends.get(item.waitsFor()[i]));
            }
            PhaseKind kind = PlainDataflow.SCHEMA.phases().get(item.phase()).kind();
            long from;
            long until;
            if (kind == PhaseKind.COMPUTE) {
                long cycles = (item.counts()[0] + PEAK - 1) / PEAK;
                from = Math.max(ready, arrayFree);
                until = from + cycles;
                arrayFree = until;
                arrayBusy += cycles;
                layers[item.layer()] = new LayerTiming(from, until, cycles);
            } else {
                long cycles = (long) Math.ceil(item.offChipBytes() / BYTES_PER_CYCLE);
                from = Math.max(ready, portFree);
                until = from + cycles;
                portFree = until;
                portBusy += cycles;
                moved += item.offChipBytes();
            }
            request.listener().onItem(segment, ends.size(), from, until);
            end = Math.max(end, until);
            ends.add(until);
            return ends.size() - 1;
        }

        @Override
        public void endSegment() {
            segments.add(new SegmentTiming(end - start, arrayBusy, portBusy));
            request.listener().onSegmentEnd(segment, end);
            start = end;
        }

        @Override
        public MachineReport finish() {
            return new MachineReport(end, segments, List.of(layers), moved, Map.of());
        }
    }
}
