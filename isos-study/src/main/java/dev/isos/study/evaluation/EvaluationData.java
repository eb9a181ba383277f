package dev.isos.study.evaluation;

import dev.isos.study.evaluation.Published.Printed;
import dev.isos.study.evaluation.Published.Quantity;
import dev.isos.study.evaluation.Published.Statistic;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Everything that the figures of an evaluation are made from.
 *
 * @param runs every accelerator on the first workload, then on the second and so on; then further runs
 * @param paper the machines of the paper on every workload
 * @param beyond the machines of the evaluation besides on every workload
 * @param cuts position of the run with the paper's cuts
 * @param sizes one per workload
 * @param dataflows comparisons of dataflows, each of one workload
 * @param sensitivity points whose runs are among the further ones
 */
public record EvaluationData(
        Evaluation evaluation,
        Published published,
        List<EvaluationRun> runs,
        ComparedRuns paper,
        ComparedRuns beyond,
        OptionalInt cuts,
        List<WorkloadSizes> sizes,
        List<DataflowFigure> dataflows,
        List<SensitivityPoint> sensitivity) {
    /** What stands for a workload where all are summed up. */
    public static final String MEAN = "geometric mean";

    public EvaluationData {
        runs = List.copyOf(runs);
        sizes = List.copyOf(sizes);
        dataflows = List.copyOf(dataflows);
        sensitivity = List.copyOf(sensitivity);
    }

    /**
     * A run with one parameter changed.
     *
     * @param sweep which parameter, position in {@link Evaluation.Sensitivity#sweeps()}
     * @param value as in a hardware file
     * @param isDefault whether the accelerator has that value anyway
     * @param run position in {@link EvaluationData#runs()}
     */
    public record SensitivityPoint(String workload, int sweep, String value, boolean isDefault, int run) {}

    /** Whether these are all workloads that printed numbers sum up. */
    public boolean isWhole() {
        return paper.workloads().equals(evaluation.workloads());
    }

    /** A published ratio of a network, or of the geometric mean of all; null where none is at hand. */
    public Double published(Quantity quantity, String workload, String accelerator, String reference) {
        if (workload.equals(MEAN)) {
            return Stream.concat(published.headline().stream(), published.further().stream())
                    .filter(p -> isWhole()
                            && p.quantity() == quantity
                            && p.statistic() == Statistic.GEOMETRIC_MEAN
                            && p.accelerator().equals(accelerator)
                            && reference.equals(p.reference()))
                    .map(Printed::value)
                    .findFirst()
                    .orElse(null);
        }
        Optional<NetworkNumbers> own = published.networks().of(workload, accelerator);
        Optional<NetworkNumbers> other = published.networks().of(workload, reference);
        if (own.isEmpty() || other.isEmpty() || accelerator.equals(reference)) {
            return null;
        }
        ToDoubleFunction<NetworkNumbers> value = PrintedNumbers.quantity(quantity);
        return value.applyAsDouble(other.get()) / value.applyAsDouble(own.get());
    }
}
