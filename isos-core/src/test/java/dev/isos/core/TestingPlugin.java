package dev.isos.core;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineReport.SegmentTiming;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.unit.Quantity;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.testkit.PlainDataflow;
import dev.isos.testkit.PlainMachine;
import dev.isos.testkit.PlainReference;
import java.util.ArrayList;
import java.util.List;

/**
 * The smallest complete accelerator: {@link PlainDataflow} on a {@link PlainMachine}, with parameters.
 */
public class TestingPlugin implements IsosPlugin {
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

    /** A machine whose report adds (or, to cheat, leaves out) some cycles. */
    public static final class IdealModel extends PlainMachine {
        private final long extraCycles;

        public IdealModel(HardwareSpec spec, long extraCycles) {
            super(spec, spec.count("layersPerSegment"));
            this.extraCycles = extraCycles;
        }

        @Override
        public double clockHz() {
            return spec().real("clock");
        }

        @Override
        public MachineRun begin(RunRequest request, WorkSchema schema) {
            MachineRun run = super.begin(request, schema);
            return new MachineRun() {
                @Override
                public WorkSink beginSegment(int segment) {
                    return run.beginSegment(segment);
                }

                @Override
                public void endSegment() {
                    run.endSegment();
                }

                @Override
                public MachineReport finish() {
                    MachineReport report = run.finish();
                    List<SegmentTiming> segments = new ArrayList<>(report.segments());
                    SegmentTiming first = segments.get(0);
                    segments.set(0, new SegmentTiming(first.cycles() + extraCycles, 0, 0));
                    return new MachineReport(
                            report.cycles() + extraCycles,
                            segments,
                            report.layers(),
                            report.offChipBytes(),
                            report.counts());
                }
            };
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
            return PlainMachine.ENERGY.estimate(components, activity);
        }
    }

    /** The reference of a workload, for comparison. */
    public static List<LayerReference> reference(Workload workload) {
        return PlainReference.withReference(workload).reference();
    }
}
