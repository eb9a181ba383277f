package dev.isos.cli.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * An evaluation as its file {@code evaluation.yaml} describes it.
 *
 * @param workloads ids of workloads, in the order of the report
 * @param accelerators ids of accelerators, in the order of the report
 * @param references ids of the accelerators that the others are compared with
 * @param note what to know when our figures are read beside the paper's
 * @param sources where figures are published, by a short name
 * @param paper published figures
 * @param dataflows what the comparison of dataflows looks at
 */
public record Evaluation(
        String title,
        List<String> workloads,
        List<String> accelerators,
        List<String> references,
        String note,
        Map<String, String> sources,
        List<PaperFigure> paper,
        DataflowComparison dataflows) {

    /** The figures of the evaluation. */
    public enum Figure {
        @JsonProperty("speedup")
        SPEEDUP,
        @JsonProperty("traffic")
        TRAFFIC
    }

    /**
     * Of the comparison of dataflows by their loop nests.
     *
     * @param workloads ids of workloads
     * @param plan id of the accelerator whose plan says which layers run together, and on how much storage
     */
    public record DataflowComparison(List<String> workloads, String plan) {
        public DataflowComparison {
            workloads = List.copyOf(workloads);
        }
    }

    /** How a published figure sums up several workloads. */
    public enum Statistic {
        @JsonProperty("geometric-mean")
        GEOMETRIC_MEAN,
        @JsonProperty("maximum")
        MAXIMUM
    }

    /**
     * A published figure.
     *
     * @param accelerator id of the accelerator it is about
     * @param reference id of the accelerator it is relative to
     * @param value how many times faster, or how many times fewer bytes
     * @param source key of {@link Evaluation#sources()}
     */
    public record PaperFigure(
            Figure figure, Statistic statistic, String accelerator, String reference, double value, String source) {
        /** What it measures, in words. */
        public String metric() {
            String what = figure == Figure.SPEEDUP ? "speed-up" : "traffic reduction";
            String how = statistic == Statistic.MAXIMUM ? "max" : "gmean";
            return accelerator + " over " + reference + ", " + what + ", " + how;
        }
    }

    public Evaluation {
        workloads = List.copyOf(workloads);
        accelerators = List.copyOf(accelerators);
        references = List.copyOf(references);
        sources = Map.copyOf(sources);
        paper = List.copyOf(paper);
        if (!accelerators.containsAll(references)) {
            throw new IllegalArgumentException("a reference is not among the accelerators " + accelerators);
        }
        for (PaperFigure f : paper) {
            if (!sources.containsKey(f.source())) {
                throw new IllegalArgumentException("a published figure has the unknown source " + f.source());
            }
            if (!accelerators.contains(f.accelerator()) || !references.contains(f.reference())) {
                throw new IllegalArgumentException("a published figure names an unknown accelerator: " + f.metric());
            }
        }
    }

    /** The evaluation that ships with Isos. */
    public static Evaluation builtIn() {
        try (InputStream in = Evaluation.class.getResourceAsStream("evaluation.yaml")) {
            return YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build()
                    .readValue(in, Evaluation.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the evaluation that ships with Isos cannot be read", e);
        }
    }
}
