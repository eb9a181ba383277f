package dev.isos.baselines.sparten;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.support.machine.CommonParameters;
import dev.isos.support.machine.OtherDefaults;
import dev.isos.support.machine.OtherDefaults.Default;
import java.util.List;

/** Builds {@link SparTenModel}. */
public final class SparTenFactory implements HardwareModelFactory {
    static final String CLUSTERS = "clusters";
    static final String UNITS = "units";
    static final String CHUNK = "chunk";
    static final String SLACK = "slack";
    static final String BALANCING = "balancing";
    static final String ON_CHIP_BUFFER = "onChipBuffer";
    static final String UNIT_BUFFER = "unitBuffer";
    static final String FORMAT = "format";
    static final String INPUTS = "inputs";
    static final String WINDOWS = "windows";
    static final String RESIDENT = "resident";

    @Override
    public String id() {
        return "sparten-ideal";
    }

    @Override
    public String description() {
        return "SparTen: clusters of one-MAC units with inner-join logic that share broadcast chunks";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return CommonParameters.after(
                CommonParameters.count(
                        CLUSTERS, "64", "1", "4096", "clusters of compute units", CommonParameters.ISO_RESOURCE),
                CommonParameters.count(
                        UNITS,
                        "64",
                        "1",
                        "1024",
                        "compute units of a cluster, one multiply-accumulate per cycle each",
                        "ours: 64 x 64 = 4096 MACs as in all accelerators that are compared"),
                CommonParameters.count(
                        CHUNK,
                        "128",
                        "64",
                        "4096",
                        "channels of a chunk, a multiple of 64",
                        "SparTen, MICRO 2019: 128"),
                CommonParameters.count(
                        SLACK,
                        "2",
                        "0",
                        "1024",
                        "chunks that a unit may be ahead of the slowest unit of its cluster",
                        "ours: double-buffered chunks"),
                CommonParameters.choice(
                        BALANCING,
                        Balancing.SOFTWARE,
                        "greedy balancing of filters over units: none, software (GB-S) or hybrid (GB-H)",
                        "SparTen, MICRO 2019"),
                CommonParameters.choice(
                        FORMAT,
                        Format.BITMASK,
                        "tensors off chip: value and coordinate of each non-zero, or a bitmask and the values",
                        "SparTen, MICRO 2019"),
                HardwareParameter.text(
                        INPUTS,
                        RESIDENT,
                        List.of(WINDOWS, RESIDENT),
                        "inputs that fit onChipBuffer stay, or each output position fetches its window for each filter group",
                        "ours: what the buffer can hold need not be read again"),
                CommonParameters.bytes(
                        ON_CHIP_BUFFER,
                        "1 MiB",
                        "1 B",
                        "shared buffer of compressed inputs; a layer whose inputs fit reads them once",
                        "ours: as much as the filter buffer of ISOSceles"),
                HardwareParameter.number(
                        UNIT_BUFFER,
                        Quantity.BYTES,
                        "1 KiB",
                        "64 B",
                        "1 MiB",
                        "chunk buffers of a unit; for energy and area only",
                        "ours: seven chunks of up to 144 B (two filters double-buffered, three inputs), rounded up"));
    }

    /** SparTen as the ISOSceles paper ([P], HPCA 2023) evaluates it; [I] is inferred from the paper's figures, see docs/sparten.md. */
    public static HardwareModelFactory published() {
        return new OtherDefaults(
                "sparten",
                "SparTen as the ISOSceles paper evaluates it: no reuse of inputs between windows",
                new SparTenFactory(),
                List.of(
                        new Default(CLUSTERS, "64", "[P] SparTen's configuration: 64 clusters of 64 MACs"),
                        new Default(UNITS, "64", "[P] SparTen's configuration: 64 clusters of 64 MACs"),
                        new Default(UNIT_BUFFER, "1 KiB", "[P] SparTen's configuration: 64 KB per cluster"),
                        new Default(ON_CHIP_BUFFER, "1 MiB", "[P] SparTen's configuration: 1 MB"),
                        new Default(FORMAT, CommonParameters.text(Format.PAIRS), "[I] 2.0 bytes per non-zero weight"),
                        new Default(INPUTS, WINDOWS, "[I] gives the cycles of ResNet-50's groups"),
                        OtherDefaults.POOLINGS_LEFT_OUT));
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        if (spec.count(CHUNK) % SparTenDataflow.CHUNK_MULTIPLE != 0) {
            throw IsosException.badInput("hardware " + spec.id() + ": 'chunk' is " + spec.count(CHUNK)
                    + ", expected a multiple of " + SparTenDataflow.CHUNK_MULTIPLE);
        }
        return new SparTenModel(spec);
    }
}
