package dev.isos.baselines.fusedlayer;

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

/** Builds {@link FusedLayerModel}s; hardware kind {@code fused-layer}. */
public final class FusedLayerFactory implements HardwareModelFactory {
    static final String VARIANT = "variant";
    static final String REUSE = "reuse";
    static final String RECOMPUTE = "recompute";
    static final String UNROLLING = "unrolling";
    static final String ON_CHIP_BUFFER = "onChipBuffer";
    static final String BUFFER_BANKS = "bufferBanks";
    static final String FILTER_BUFFER = "filterBuffer";
    static final String GROUPS = "groups";
    static final String ONE_HEIGHT = "one-height";
    static final String ANY = "any";
    static final String PIPELINE_DEPTH = "pipelineDepth";

    private static final String ISO_RESOURCE = "ours: the same resources as the isosceles hardware";

    @Override
    public String id() {
        return "fused-layer";
    }

    @Override
    public String description() {
        return "dense array of 4096 MACs that works through fused layers tile by tile (Alwani et al., MICRO 2016)";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return CommonParameters.after(
                CommonParameters.poolingsLeftOut(),
                count(
                        FusedLayerWork.UNROLL_OUTPUTS,
                        "64",
                        "1024",
                        "output channels that the array works on at once",
                        ISO_RESOURCE),
                count(
                        FusedLayerWork.UNROLL_INPUTS,
                        "64",
                        "1024",
                        "input channels, or pixels, that the array works on at once",
                        ISO_RESOURCE),
                unrolling(
                        Unrolling.PERFECT,
                        "inferred from the figures of the ISOSceles paper (HPCA 2023): cycles of layers bound by compute are"
                                + " their MACs divided by 4096"),
                count(
                        FusedLayerWork.VECTOR_WIDTH,
                        "64",
                        "4096",
                        "operands per cycle of the unit for poolings and additions",
                        "ours: as many as the array has output lanes"),
                count(
                        FusedLayerWork.ACCUMULATOR_PIXELS,
                        "256",
                        "65536",
                        "32-bit partial sums that each output lane holds; part of onChipBuffer",
                        "ours: 64 KiB in all, enough that a 14x14 map needs its filters once"),
                count(
                        PIPELINE_DEPTH,
                        "8",
                        "1024",
                        "cycles from the last operands of a tile to its last output",
                        "ours: multiplier, adder tree of 64, accumulator"),
                HardwareParameter.number(
                        ON_CHIP_BUFFER,
                        Quantity.BYTES,
                        "3 MiB",
                        "1 KiB",
                        "1 GiB",
                        "all on-chip storage: filters, tiles, overlaps, partial sums",
                        "ours: filter buffer and contexts of the isosceles hardware together, 1 MiB + 64 x 32 KiB"),
                filterBuffer("2.5 MB", "ISOSceles paper (HPCA 2023), its configuration of Fused-Layer"),
                groups(
                        ONE_HEIGHT,
                        "inferred from the figures of the ISOSceles paper (HPCA 2023): gives the bytes of its dense networks"),
                elementBytes(
                        "2",
                        "inferred from the figures of the ISOSceles paper (HPCA 2023): 2.0 bytes per weight, dense as they are"),
                count(BUFFER_BANKS, "96", "65536", "banks of onChipBuffer", "ours: banks of about 32 KiB"),
                minimumTiles("8", "ours: transfers and work overlap almost wholly, as the figures show"),
                HardwareParameter.text(
                        VARIANT,
                        REUSE,
                        List.of(REUSE, RECOMPUTE),
                        "whether overlaps of tiles are kept on chip or computed again",
                        "Alwani et al., MICRO 2016, describe both and build reuse"));
    }

    /** Fused-Layer as good as we can make it with the same resources: 8-bit elements, and filters that may fill the buffer. */
    public static HardwareModelFactory ideal() {
        return new OtherDefaults(
                "fused-layer-ideal",
                "Fused-Layer whose 8-bit elements take one byte off chip, and whose filters may fill the buffer",
                new FusedLayerFactory(),
                List.of(
                        CommonParameters.poolingsCounted(),
                        filterBuffer("1 GiB", "ours: no limit of their own"),
                        groups(ANY, "Alwani et al., MICRO 2016: groups as storage and traffic ask for"),
                        elementBytes("1", "ours: elements have 8 bits"),
                        unrolling(
                                Unrolling.ANY,
                                "ours: a fair array serves the three input channels of a first layer as well as others"),
                        minimumTiles(
                                "4", "ours: a quarter of the first input and of the last output cannot be hidden")));
    }

    private static HardwareParameter filterBuffer(String value, String source) {
        return HardwareParameter.number(
                FILTER_BUFFER,
                Quantity.BYTES,
                value,
                "1 KiB",
                "1 GiB",
                "part of onChipBuffer for filters: those of a group fit it, those of a single layer beyond half of it are streamed",
                source);
    }

    private static HardwareParameter groups(String value, String source) {
        return HardwareParameter.text(
                GROUPS,
                value,
                List.of(ONE_HEIGHT, ANY),
                "which layers may be a group: poolings alone, and others and residual blocks whose last layers read maps of one"
                        + " height; or any consecutive layers",
                source);
    }

    private static HardwareParameter unrolling(Unrolling value, String source) {
        return HardwareParameter.text(
                UNROLLING,
                value.text(),
                Arrays.stream(Unrolling.values()).map(Unrolling::text).toList(),
                "how the array works on a convolution: output x input channels; where that takes fewer steps, output channels x"
                        + " pixels in depthwise or in any convolutions; or all multipliers in every step (perfect)",
                source);
    }

    private static HardwareParameter minimumTiles(String value, String source) {
        return count(
                FusedLayerWork.MINIMUM_TILES,
                value,
                "1024",
                "tiles of a group, where its map allows; fewer hide less of the transfers, more read filters more often",
                source);
    }

    private static HardwareParameter elementBytes(String value, String source) {
        return count(
                FusedLayerWork.ELEMENT_BYTES, value, "8", "bytes of an element off chip; on chip it takes one", source);
    }

    private static HardwareParameter count(String key, String value, String max, String description, String source) {
        return CommonParameters.count(key, value, "1", max, description, source);
    }

    @Override
    public HardwareModel create(HardwareSpec spec) {
        long accumulators =
                4L * spec.count(FusedLayerWork.UNROLL_OUTPUTS) * spec.count(FusedLayerWork.ACCUMULATOR_PIXELS);
        if (accumulators >= spec.bytes(ON_CHIP_BUFFER)) {
            throw IsosException.badInput("hardware " + spec.id() + ": partial sums take "
                    + Quantity.BYTES.format(accumulators) + ", onChipBuffer has only "
                    + Quantity.BYTES.format(spec.bytes(ON_CHIP_BUFFER)));
        }
        return new FusedLayerModel(spec);
    }
}
