package dev.isos.study.evaluation;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An evaluation as its file {@code evaluation.yaml} describes it.
 *
 * @param workloads ids of workloads, in the order of the report
 * @param normaliser id of the machine by whose bytes, network by network, others are divided before they are averaged
 * @param paper the machines of the published evaluation
 * @param beyond machines besides, and what is changed of all of them
 * @param cuts run with the cuts of the published evaluation
 * @param dataflows what the comparison of dataflows looks at
 * @param sensitivity what is varied, and on which workloads
 * @param titles what accelerators, networks and dataflows are called, by id
 */
public record Evaluation(
        String title,
        List<String> workloads,
        String normaliser,
        Field paper,
        Field beyond,
        Cuts cuts,
        DataflowComparison dataflows,
        Sensitivity sensitivity,
        Map<String, String> titles) {

    /** What accelerators are compared by. */
    public enum Metric {
        SPEEDUP,
        TRAFFIC
    }

    /**
     * Accelerators that are compared with each other.
     *
     * @param accelerators ids, in the order of the report
     * @param set {@code key=value} of the hardware, for those accelerators that have the key
     * @param references ids of the accelerators that the others are compared with
     * @param pipelining ids of the accelerators that show what pipelining brings, layer by layer first
     */
    public record Field(List<String> accelerators, List<String> set, List<String> references, List<String> pipelining) {
        public Field {
            accelerators = List.copyOf(accelerators);
            set = List.copyOf(set);
            references = List.copyOf(references);
            pipelining = List.copyOf(pipelining);
            if (!accelerators.containsAll(references) || !accelerators.containsAll(pipelining)) {
                throw new IllegalArgumentException(
                        "an accelerator to compare is not among the accelerators " + accelerators);
            }
        }
    }

    /**
     * A run with cuts that somebody has written down.
     *
     * @param workload id
     * @param accelerator id
     * @param file that ships with Isos, beside this class
     * @param path of the same file in the repository, by which the name of the configuration gives the cuts
     */
    public record Cuts(String workload, String accelerator, String file, String path) {}

    /**
     * Of the comparison of dataflows by their loop nests.
     *
     * @param workloads ids of workloads
     * @param plan id of the accelerator whose plan says which layers run together, and on how much storage
     * @param pair ids of the two dataflows that are shown beside each other first: ours, then the other one
     */
    public record DataflowComparison(List<String> workloads, String plan, List<String> pair) {
        public DataflowComparison {
            workloads = List.copyOf(workloads);
            pair = List.copyOf(pair);
        }
    }

    /**
     * How time and traffic depend on parameters of the hardware, one varied at a time.
     *
     * @param workloads ids of workloads
     * @param accelerator id of the accelerator that is varied; one of {@link Evaluation#beyond}
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

    public Evaluation {
        workloads = List.copyOf(workloads);
        titles = Map.copyOf(titles);
        if (!paper.accelerators().contains(normaliser) || !beyond.accelerators().contains(sensitivity.accelerator())) {
            throw new IllegalArgumentException("an accelerator of the evaluation is not among those that it compares");
        }
    }

    /** What an accelerator, a network or a dataflow is called; its id, where nothing else is known. */
    public String title(String id) {
        return titles.getOrDefault(id, id);
    }

    /** Ids of all accelerators. */
    public List<String> accelerators() {
        return Stream.concat(paper.accelerators().stream(), beyond.accelerators().stream())
                .distinct()
                .toList();
    }

    /** The evaluation that ships with Isos. */
    public static Evaluation builtIn() {
        return Published.read("evaluation.yaml", Evaluation.class);
    }
}
