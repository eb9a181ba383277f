package dev.isos.baselines.sparten;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.baselines.machine.CommonParameters;
import dev.isos.baselines.machine.OtherDefaults;
import java.util.Arrays;
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
        return "sparten";
    }

    @Override
    public String description() {
        return "SparTen: clusters of one-MAC units with inner-join logic that share broadcast chunks";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return CommonParameters.after(
                CommonParameters.poolingsLeftOut(),
                HardwareParameter.number(
                        CLUSTERS,
                        Quantity.COUNT,
                        "64",
                        "1",
                        "4096",
                        "clusters of compute units",
                        CommonParameters.ISO_RESOURCE),
                HardwareParameter.number(
                        UNITS,
                        Quantity.COUNT,
                        "64",
                        "1",
                        "1024",
                        "compute units of a cluster, one multiply-accumulate per cycle each",
                        "ours: 64 x 64 = 4096 MACs as in all accelerators that are compared"),
                HardwareParameter.number(
                        CHUNK,
                        Quantity.COUNT,
                        "128",
                        "64",
                        "4096",
                        "channels of a chunk, a multiple of 64",
                        "SparTen, MICRO 2019: 128"),
                HardwareParameter.number(
                        SLACK,
                        Quantity.COUNT,
                        "2",
                        "0",
                        "1024",
                        "chunks that a unit may be ahead of the slowest unit of its cluster",
                        "ours: double-buffered chunks"),
                HardwareParameter.text(
                        BALANCING,
                        Balancing.SOFTWARE.text(),
                        Arrays.stream(Balancing.values()).map(Balancing::text).toList(),
                        "greedy balancing of filters over units: none, software (GB-S) or hybrid (GB-H)",
                        "SparTen, MICRO 2019"),
                format(
                        Format.PAIRS,
                        "inferred from the figures of the ISOSceles paper (HPCA 2023): 2.0 bytes per non-zero weight"),
                inputs(
                        WINDOWS,
                        "inferred from the figures of the ISOSceles paper (HPCA 2023), which state no rule: see docs/sparten.md"),
                HardwareParameter.number(
                        ON_CHIP_BUFFER,
                        Quantity.BYTES,
                        "1 MiB",
                        "1 B",
                        "1 GiB",
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

    /**
     * SparTen as good as we can make it with the same resources: inputs that fit the buffer are read once, two filters share a
     * unit where that pays, tensors travel as bitmasks.
     */
    public static HardwareModelFactory ideal() {
        return new OtherDefaults(
                "sparten-ideal",
                "SparTen that reads inputs once where they fit its buffer, and stores bitmasks",
                new SparTenFactory(),
                List.of(
                        CommonParameters.poolingsCounted(),
                        format(Format.BITMASK, "SparTen, MICRO 2019"),
                        inputs(RESIDENT, "ours: what the buffer can hold need not be read again")));
    }

    private static HardwareParameter format(Format value, String source) {
        return HardwareParameter.text(
                FORMAT,
                value.text(),
                Arrays.stream(Format.values()).map(Format::text).toList(),
                "tensors off chip: value and coordinate of each non-zero, or a bitmask and the values",
                source);
    }

    private static HardwareParameter inputs(String value, String source) {
        return HardwareParameter.text(
                INPUTS,
                value,
                List.of(WINDOWS, RESIDENT),
                "each output position fetches its window again for each group of filters, or inputs that fit onChipBuffer stay",
                source);
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
