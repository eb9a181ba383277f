package dev.isos.core.loopnest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.isos.api.error.IsosException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * A dataflow as data: the loops that a segment of layers shares, and the nest of each layer.
 *
 * @param id short name
 * @param title one line for reports
 * @param fusion loops shared by the layers of a segment; empty when every layer runs alone
 * @param nest of each layer, inside the shared loops
 */
public record LoopNestDataflow(String id, String title, Optional<Fusion> fusion, LoopNest nest) {
    /** Which tensors decide what the layers of a segment do in a step. */
    public enum Drive {
        /** Each step brings a piece of the segment's input; every layer makes what has become complete. */
        INPUTS,
        /** Each step makes a piece of the segment's output; every layer makes what that still lacks. */
        OUTPUTS
    }

    /** What becomes of values that neighbouring steps both need. */
    public enum Halo {
        /** They stay on chip. */
        REUSE,
        /** They are fetched and computed again. */
        RECOMPUTE
    }

    /**
     * Loops shared by the layers of a segment, rows outside columns.
     *
     * @param rows rows per step of what drives; 0 for all
     * @param columns columns per step of what drives; 0 for all
     */
    public record Fusion(Drive drive, Halo halo, int rows, int columns) {
        public Fusion {
            if (rows < 0 || columns < 0) {
                throw IsosException.badInput("steps of a fused dataflow have " + rows + " rows and " + columns
                        + " columns, 0 (all) or more expected");
            }
            if (drive == Drive.INPUTS && halo == Halo.RECOMPUTE) {
                throw IsosException.badInput(
                        "a dataflow driven by its inputs meets each of them once; expected halo reuse");
            }
        }
    }

    public LoopNestDataflow {
        boolean recomputes = fusion.isPresent() && fusion.get().halo() == Halo.RECOMPUTE;
        if (recomputes && (nest.walksInputs(Axis.ROWS) || nest.walksInputs(Axis.COLUMNS))) {
            throw IsosException.badInput(
                    "dataflow " + id + " recomputes outputs, so that its nest has to walk P and Q");
        }
    }

    /** The same dataflow with steps of another size; unchanged when nothing is fused. */
    public LoopNestDataflow withSteps(int rows, int columns) {
        return new LoopNestDataflow(id, title, fusion.map(f -> new Fusion(f.drive(), f.halo(), rows, columns)), nest);
    }

    /** IS-OS and what it is compared with, in the order of reports: {@code dataflows.yaml} of this package. */
    public static List<LoopNestDataflow> builtIn() {
        try (InputStream in = LoopNestDataflow.class.getResourceAsStream("dataflows.yaml")) {
            Entry[] entries = YAMLMapper.builder()
                    .enable(com.fasterxml.jackson.databind.MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build()
                    .readValue(in, Entry[].class);
            return List.of(entries).stream().map(Entry::dataflow).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the dataflows that ship with Isos cannot be read", e);
        }
    }

    /** A dataflow as the file writes it. */
    private record Entry(
            @JsonProperty("id") String id,
            @JsonProperty("title") String title,
            @JsonProperty("fusion") Fusion fusion,
            @JsonProperty("partials") Operand partials,
            @JsonProperty("packWidth") int packWidth,
            @JsonProperty("loops") List<String> loops) {
        LoopNestDataflow dataflow() {
            LoopNest nest = new LoopNest(loops.stream().map(Loop::parse).toList(), partials, Math.max(1, packWidth));
            return new LoopNestDataflow(id, title, Optional.ofNullable(fusion), nest);
        }
    }
}
