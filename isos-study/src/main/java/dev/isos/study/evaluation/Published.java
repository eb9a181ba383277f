package dev.isos.study.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Published numbers as the file {@code published.yaml} has them, with their source.
 *
 * @param paper authors, title and place
 * @param doi of the paper
 * @param headline printed numbers that sum up all networks, in the order in which they are shown
 * @param further printed numbers besides
 */
public record Published(
        String paper,
        String doi,
        List<Printed> headline,
        List<Printed> further,
        Networks networks,
        Groups groups,
        Energy energy,
        Area area) {
    /** What a printed number measures. */
    public enum Quantity {
        @JsonProperty("speedup")
        SPEEDUP("speed"),
        @JsonProperty("bytes")
        BYTES("bytes"),
        @JsonProperty("mac-use")
        MAC_USE("MACs used"),
        @JsonProperty("bandwidth-use")
        BANDWIDTH_USE("bandwidth used");

        private final String words;

        Quantity(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** How a printed number sums up several networks. */
    public enum Statistic {
        @JsonProperty("geometric-mean")
        GEOMETRIC_MEAN("gmean"),
        @JsonProperty("maximum")
        MAXIMUM("max"),
        /** Arithmetic mean. */
        @JsonProperty("mean")
        MEAN("mean"),
        /**
         * Arithmetic mean of one machine over that of the other; bytes are first divided by those of the machine that
         * {@link Evaluation#normaliser} names, network by network.
         */
        @JsonProperty("ratio-of-means")
        RATIO_OF_MEANS("ratio of means"),
        /** The value on one network. */
        @JsonProperty("single")
        SINGLE("");

        private final String words;

        Statistic(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * A printed number.
     *
     * @param accelerator id of the machine that it is about
     * @param reference id of the machine that it is relative to; null of a share
     * @param value times better, or percent
     * @param at network of a maximum or of a single value, else null
     * @param source place in the paper
     */
    public record Printed(
            Quantity quantity,
            Statistic statistic,
            String accelerator,
            String reference,
            double value,
            String at,
            String source) {
        /** What it measures, in words. */
        public String title() {
            String what = reference == null
                    ? quantity.words() + " by " + accelerator + ", " + statistic.words() + ", %"
                    : accelerator + " over " + reference + ", " + quantity.words() + ", " + statistic.words();
            return statistic == Statistic.SINGLE ? what + at : what;
        }

        /** Whether it is a mean; a single value counts as one. */
        public boolean isMean() {
            return statistic != Statistic.MAXIMUM;
        }
    }

    /**
     * Numbers of networks on accelerators.
     *
     * @param macUseReadsHigh how many times too high the figure of the MACs in use reads
     * @param values by network, then by accelerator, as read
     */
    public record Networks(String source, double macUseReadsHigh, Map<String, Map<String, NetworkNumbers>> values) {
        /** The numbers of a network on an accelerator, the use of the MACs put right; empty if none is at hand. */
        public Optional<NetworkNumbers> of(String workload, String accelerator) {
            return Optional.ofNullable(values.getOrDefault(workload, Map.of()).get(accelerator))
                    .map(n -> new NetworkNumbers(
                            n.cycles(),
                            n.bandwidthUse(),
                            n.macUse() / macUseReadsHigh,
                            n.inputsMegabytes(),
                            n.weightsMegabytes(),
                            n.outputsMegabytes(),
                            n.totalMegabytes()));
        }
    }

    /** Cycles by pipeline of one network. */
    public record Groups(String source, String workload, List<Group> values) {}

    /**
     * A pipeline.
     *
     * @param layers names of layers or of blocks, which stand for their layers
     * @param cycles by accelerator, where published
     */
    public record Group(String name, List<String> layers, Map<String, Long> cycles) {
        public Group {
            cycles = new LinkedHashMap<>(cycles);
        }

        /** Whether a layer belongs to it. */
        boolean has(String layer) {
            return layers.stream().anyMatch(name -> layer.equals(name) || layer.startsWith(name + "."));
        }
    }

    /**
     * Energy per image.
     *
     * @param values by network
     * @param totals of networks of which no more is printed, millijoules
     */
    public record Energy(
            String source, String accelerator, Map<String, EnergyParts> values, Map<String, Double> totals) {}

    /** Millijoules. */
    public record EnergyParts(double dram, double compute, double sram) {
        public double total() {
            return dram + compute + sram;
        }
    }

    /** @param lanes of the published machine */
    public record Area(String source, String accelerator, int lanes, List<AreaPart> values) {}

    /**
     * Area of a component.
     *
     * @param of chip or lane
     * @param ours names of our components that stand beside it; null of none
     */
    public record AreaPart(String component, String of, double squareMillimetres, List<String> ours) {}

    /** Those that ship with Isos. */
    public static Published builtIn() {
        return read("published.yaml", Published.class);
    }

    /** A file that stands beside this class. */
    static <T> T read(String file, Class<T> type) {
        try {
            return YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build()
                    .readValue(text(file), type);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ", which ships with Isos, cannot be read", e);
        }
    }

    /** The same as text. */
    public static String text(String file) {
        try (InputStream in = Published.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ", which ships with Isos, cannot be read", e);
        }
    }

    /** Where a number stands. */
    public String cite(String place) {
        return paper + ", " + place + ", doi " + doi;
    }
}
