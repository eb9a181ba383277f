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
 * @param pipelining ids of the accelerators that show what pipelining brings, layer by layer first
 * @param note what to know when our figures are read beside the paper's
 * @param unknown what the sources of the published figures leave open
 * @param sources where figures are published, by a short name
 * @param paper published figures
 * @param dataflows what the comparison of dataflows looks at
 * @param sensitivity what is varied, and on which workloads
 */
public record Evaluation(
        String title,
        List<String> workloads,
        List<String> accelerators,
        List<String> references,
        List<String> pipelining,
        String note,
        String unknown,
        Map<String, String> sources,
        List<PaperFigure> paper,
        DataflowComparison dataflows,
        Sensitivity sensitivity) {

    /** What published figures measure. */
    public enum Metric {
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

    /**
     * How time and traffic depend on parameters of the hardware, one varied at a time.
     *
     * @param workloads ids of workloads
     * @param accelerator id of the accelerator that is varied
     */
    public record Sensitivity(List<String> workloads, String accelerator, List<Sweep> sweeps) {
        public Sensitivity {
            workloads = List.copyOf(workloads);
            sweeps = List.copyOf(sweeps);
        }
    }

    /**
     * A parameter and its values.
     *
     * @param id lower-case words with hyphens
     * @param title a few words
     * @param parameter key of a hardware file
     * @param values as in a hardware file
     */
    public record Sweep(String id, String title, String parameter, List<String> values) {
        public Sweep {
            values = List.copyOf(values);
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
            Metric metric, Statistic statistic, String accelerator, String reference, double value, String source) {
        /** What it measures, in words. */
        public String title() {
            return title(metric, statistic, accelerator, reference);
        }

        static String title(Metric metric, Statistic statistic, String accelerator, String reference) {
            String what = metric == Metric.SPEEDUP ? "speed-up" : "traffic reduction";
            String how = statistic == Statistic.MAXIMUM ? "max" : "gmean";
            return accelerator + " over " + reference + ", " + what + ", " + how;
        }
    }

    public Evaluation {
        workloads = List.copyOf(workloads);
        accelerators = List.copyOf(accelerators);
        references = List.copyOf(references);
        pipelining = List.copyOf(pipelining);
        sources = Map.copyOf(sources);
        paper = List.copyOf(paper);
        if (!accelerators.containsAll(references) || !accelerators.containsAll(pipelining)) {
            throw new IllegalArgumentException(
                    "an accelerator to compare is not among the accelerators " + accelerators);
        }
        for (PaperFigure f : paper) {
            if (!sources.containsKey(f.source())) {
                throw new IllegalArgumentException("a published figure has the unknown source " + f.source());
            }
            if (!accelerators.contains(f.accelerator()) || !references.contains(f.reference())) {
                throw new IllegalArgumentException("a published figure names an unknown accelerator: " + f.title());
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
