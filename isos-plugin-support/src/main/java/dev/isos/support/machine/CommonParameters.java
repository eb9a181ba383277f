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

/**
 * Clock and off-chip memory of a machine: the same parameters with the same defaults for all that are compared.
 *
 * @param spec of a kind of hardware that declares {@link #after} among its parameters
 */
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

    /**
     * A machine's own parameters with the common ones behind them.
     *
     * @param own with other keys than the common ones
     * @return the parameters of a kind of hardware, immutable
     */
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

    /**
     * A parameter that counts something.
     *
     * @param key dotted path in the file
     * @param value default, a whole number
     * @param min smallest value
     * @param max largest value
     * @param description what is counted
     * @param source where the default comes from, or "ours: why"
     * @return the declaration
     */
    public static HardwareParameter count(
            String key, String value, String min, String max, String description, String source) {
        return HardwareParameter.number(key, Quantity.COUNT, value, min, max, description, source);
    }

    /**
     * A parameter that is one of the constants of an enumeration, in lower case.
     *
     * @param key dotted path in the file
     * @param value default; all constants of its enumeration are choices
     * @param description what it governs
     * @param source where the default comes from, or "ours: why"
     * @return the declaration
     */
    public static HardwareParameter choice(String key, Enum<?> value, String description, String source) {
        List<String> choices = Stream.of(value.getDeclaringClass().getEnumConstants())
                .map(CommonParameters::text)
                .toList();
        return HardwareParameter.text(key, text(value), choices, description, source);
    }

    /**
     * Text of a constant in hardware files.
     *
     * @param constant of any enumeration
     * @return its name in lower case
     */
    public static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The constant that a specification chooses.
     *
     * @param <E> the enumeration
     * @param spec has the parameter
     * @param key of a parameter declared by {@link #choice(String, Enum, String, String)}
     * @param type the enumeration that it was declared with
     * @return one of its constants
     * @throws IllegalStateException where the kind of hardware declares no such text
     */
    public static <E extends Enum<E>> E choice(HardwareSpec spec, String key, Class<E> type) {
        return Enum.valueOf(type, spec.text(key).toUpperCase(Locale.ROOT));
    }

    /**
     * A parameter of a memory's size, from the given minimum to 1 GiB.
     *
     * @param key dotted path in the file
     * @param value default, as in a hardware file: {@code 64 KiB}
     * @param min smallest value, in the same notation
     * @param description what the memory holds
     * @param source where the default comes from, or "ours: why"
     * @return the declaration
     */
    public static HardwareParameter bytes(String key, String value, String min, String description, String source) {
        return HardwareParameter.number(key, Quantity.BYTES, value, min, "1 GiB", description, source);
    }

    /** {@return clock in hertz} */
    public double clockHz() {
        return spec.real(CLOCK);
    }

    /** {@return off-chip bandwidth in bytes per cycle} */
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
