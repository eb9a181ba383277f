package dev.isos.support.machine;

import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.unit.Quantity;
import dev.isos.support.dram.ByteRate;
import dev.isos.support.dram.DramServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Clock and off-chip memory of a machine: the same parameters with the same defaults for all that are compared. */
public record CommonParameters(HardwareSpec spec) {
    /** Key of the clock. */
    public static final String CLOCK = "clock";

    /** Key of the off-chip bandwidth. */
    public static final String DRAM_BANDWIDTH = "dram.bandwidth";

    /** Key of the latency of an off-chip read. */
    public static final String DRAM_LATENCY = "dram.latency";

    /** Key that says whether totals count poolings: {@link #COUNTED} or {@link #LEFT_OUT}. */
    public static final String POOLINGS = "poolings";

    /** Value of {@link #POOLINGS}: they cost neither cycles nor bytes. */
    public static final String LEFT_OUT = "left-out";

    /** Value of {@link #POOLINGS}: they cost what they cost. */
    public static final String COUNTED = "counted";

    /** Source of a default that is ours and the same for every accelerator. */
    public static final String ISO_RESOURCE = "ours: the same for every accelerator that is compared";

    /** A machine's own parameters with the common ones behind them. */
    public static List<HardwareParameter> after(HardwareParameter... own) {
        List<HardwareParameter> all = new ArrayList<>(List.of(own));
        all.add(HardwareParameter.number(CLOCK, Quantity.HERTZ, "1 GHz", "1 MHz", "10 GHz", "clock", ISO_RESOURCE));
        all.add(HardwareParameter.number(
                DRAM_BANDWIDTH,
                Quantity.BYTES_PER_SECOND,
                "128 GB/s",
                "1 MB/s",
                "100000 GB/s",
                "off-chip bandwidth",
                ISO_RESOURCE));
        all.add(HardwareParameter.number(
                DRAM_LATENCY, Quantity.SECONDS, "100 ns", "0 ns", "1 ms", "off-chip read latency", ISO_RESOURCE));
        all.add(HardwareParameter.text(
                POOLINGS,
                COUNTED,
                List.of(LEFT_OUT, COUNTED),
                "whether poolings whose windows are smaller than their map take time and bytes",
                "ours: they are part of the network"));
        return List.copyOf(all);
    }

    /** A parameter that counts something. */
    public static HardwareParameter count(
            String key, String value, String min, String max, String description, String source) {
        return HardwareParameter.number(key, Quantity.COUNT, value, min, max, description, source);
    }

    /** A parameter that is one of the constants of an enumeration, in lower case. */
    public static HardwareParameter choice(String key, Enum<?> value, String description, String source) {
        List<String> choices = Stream.of(value.getDeclaringClass().getEnumConstants())
                .map(CommonParameters::text)
                .toList();
        return HardwareParameter.text(key, text(value), choices, description, source);
    }

    /** Text of a constant in hardware files. */
    public static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The constant that a specification chooses. */
    public static <E extends Enum<E>> E choice(HardwareSpec spec, String key, Class<E> type) {
        return Enum.valueOf(type, spec.text(key).toUpperCase(Locale.ROOT));
    }

    /** A parameter of a memory's size, from the given minimum to 1 GiB. */
    public static HardwareParameter bytes(String key, String value, String min, String description, String source) {
        return HardwareParameter.number(key, Quantity.BYTES, value, min, "1 GiB", description, source);
    }

    /** Clock in hertz. */
    public double clockHz() {
        return spec.real(CLOCK);
    }

    /** Off-chip bandwidth in bytes per cycle. */
    public double offChipBytesPerCycle() {
        return spec.real(DRAM_BANDWIDTH) / clockHz();
    }

    ByteRate offChipRate() {
        return ByteRate.of(spec.real(DRAM_BANDWIDTH), clockHz());
    }

    /** An idle memory; its latency is rounded up to whole cycles. */
    DramServer dram() {
        return new DramServer(offChipRate(), ByteRate.cycles(spec.real(DRAM_LATENCY), clockHz()));
    }
}
