package dev.isos.baselines.fusedlayer;

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
        return "fused-layer-ideal";
    }

    @Override
    public String description() {
        return "dense array of 4096 MACs that works through fused layers tile by tile (Alwani et al., MICRO 2016)";
    }

    @Override
    public List<HardwareParameter> parameters() {
        return CommonParameters.after(
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
                CommonParameters.choice(
                        UNROLLING,
                        Unrolling.ANY,
                        "which convolutions may unroll output pixels instead of input channels, where that takes fewer steps;"
                                + " perfect: all multipliers work in every step",
                        "ours: a fair array serves the three input channels of a first layer as well as others"),
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
                CommonParameters.bytes(
                        FILTER_BUFFER,
                        "1 GiB",
                        "1 KiB",
                        "part of onChipBuffer for filters: a group's have to fit it, a single layer's are streamed beyond half of it",
                        "ours: no limit of their own"),
                HardwareParameter.text(
                        GROUPS,
                        ANY,
                        List.of(ONE_HEIGHT, ANY),
                        "which layers may be a group: a pooling alone, else layers and whole residual blocks on maps of one"
                                + " height; or any consecutive ones",
                        "Alwani et al., MICRO 2016: groups as storage and traffic ask for"),
                count(
                        FusedLayerWork.ELEMENT_BYTES,
                        "1",
                        "8",
                        "bytes of an element off chip; on chip it takes one",
                        "ours: elements have 8 bits"),
                count(BUFFER_BANKS, "96", "65536", "banks of onChipBuffer", "ours: banks of about 32 KiB"),
                count(
                        FusedLayerWork.MINIMUM_TILES,
                        "4",
                        "1024",
                        "tiles of a group, where its map allows; fewer hide less of the transfers, more read filters more often",
                        "ours: a quarter of the first input and of the last output cannot be hidden"),
                HardwareParameter.text(
                        VARIANT,
                        REUSE,
                        List.of(REUSE, RECOMPUTE),
                        "whether overlaps of tiles are kept on chip or computed again",
                        "Alwani et al., MICRO 2016, describe both and build reuse"));
    }

    /** Fused-Layer as the ISOSceles paper ([P], HPCA 2023) evaluates it; [I] is inferred from the paper's figures, see docs/fused-layer.md. */
    public static HardwareModelFactory published() {
        return new OtherDefaults(
                "fused-layer",
                "Fused-Layer as the ISOSceles paper evaluates it: two bytes per element, groups on maps of one height",
                new FusedLayerFactory(),
                List.of(
                        new Default(FusedLayerWork.UNROLL_OUTPUTS, "64", "[P] Fused-Layer's configuration: 4096 MACs"),
                        new Default(FusedLayerWork.UNROLL_INPUTS, "64", "[P] Fused-Layer's configuration: 4096 MACs"),
                        new Default(
                                UNROLLING,
                                CommonParameters.text(Unrolling.PERFECT),
                                "[I] cycles are MACs / 4096 where they bound"),
                        new Default(FILTER_BUFFER, "2.5 MB", "[P] Fused-Layer's configuration"),
                        new Default(GROUPS, ONE_HEIGHT, "[I] gives the bytes of ResNet-50, VGG-16 and module 3a"),
                        new Default(FusedLayerWork.ELEMENT_BYTES, "2", "[I] 2.0 bytes per weight, dense as they are"),
                        new Default(FusedLayerWork.MINIMUM_TILES, "8", "[I] transfers and work overlap almost wholly"),
                        OtherDefaults.POOLINGS_LEFT_OUT));
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
