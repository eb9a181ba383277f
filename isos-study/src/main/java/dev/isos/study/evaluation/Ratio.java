package dev.isos.study.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.study.evaluation.Evaluation.Metric;
import dev.isos.study.statistic.Means;
import java.util.ArrayList;
import java.util.List;

/** How many times better accelerators are than a reference, on each workload; above 1 is better. */
public record Ratio(Metric metric, String accelerator, String reference, List<Double> values) {
    public static Ratio of(ComparedRuns data, Metric metric, String accelerator, String reference) {
        List<Double> values = new ArrayList<>();
        List<RunResult> runs = data.runsOn(accelerator);
        List<RunResult> references = data.runsOn(reference);
        for (int w = 0; w < runs.size(); w++) {
            values.add(
                    metric == Metric.SPEEDUP
                            ? runs.get(w).speedupOver(references.get(w))
                            : runs.get(w).trafficReductionOver(references.get(w)));
        }
        return new Ratio(metric, accelerator, reference, values);
    }

    public double geometricMean() {
        return Means.geometric(values, v -> v);
    }

    /** Position of the workload with the largest value; the first of equals. */
    int largest() {
        int largest = 0;
        for (int w = 1; w < values.size(); w++) {
            if (values.get(w) > values.get(largest)) {
                largest = w;
            }
        }
        return largest;
    }
}
