package dev.isos.study.evaluation;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.plan.PlanFile;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.study.batch.Batch;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.configuration.Configurations.Setting;
import dev.isos.study.evaluation.Evaluation.Cuts;
import dev.isos.study.evaluation.Evaluation.Field;
import dev.isos.study.evaluation.Evaluation.Sensitivity;
import dev.isos.study.evaluation.Evaluation.Sweep;
import dev.isos.study.evaluation.EvaluationData.SensitivityPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs what figures need, each workload loaded once.
 */
public final class Evaluator {
    private final Platform isos;
    private final Evaluation evaluation;
    private final Set<FigureId> figures;
    private final List<String> workloads;
    private final List<Configured> paper;
    private final List<Configured> beyond;
    private final List<Configured> compared;
    private final Optional<Configured> cuts;
    private final List<Varied> varied;

    private record Configured(AcceleratorRequest request, ConfiguredAccelerator accelerator) {}

    /** An accelerator with a parameter of a sweep changed. */
    private record Varied(int sweep, String value, boolean isDefault, Configured machine) {}

    private record Run(RunResult result, AcceleratorRequest request) {}

    /** @param varied one per {@link Evaluator#varied}, empty for one that is among the compared ones */
    private record Outcome(
            List<Run> compared,
            Optional<Run> cuts,
            List<Optional<Run>> varied,
            Optional<WorkloadSizes> sizes,
            Optional<DataflowFigure> dataflow) {}

    /**
     * Configures the accelerators; simulates nothing yet.
     *
     * @param figures which ones will be made
     * @param workloads ids or files
     */
    public Evaluator(Platform isos, Evaluation evaluation, Set<FigureId> figures, List<String> workloads) {
        this.isos = isos;
        this.evaluation = evaluation;
        this.figures = Set.copyOf(figures);
        this.workloads = List.copyOf(workloads);
        this.paper = figures.stream().anyMatch(FigureId::comparesPaper) ? field(evaluation.paper()) : List.of();
        this.beyond = figures.stream().anyMatch(FigureId::comparesBeyond) ? field(evaluation.beyond()) : List.of();
        this.compared = Stream.concat(paper.stream(), beyond.stream()).toList();
        this.cuts = (figures.contains(FigureId.PIPELINES) || figures.contains(FigureId.AGREEMENT))
                        && workloads.contains(evaluation.cuts().workload())
                ? Optional.of(cuts(evaluation.cuts()))
                : Optional.empty();
        this.varied = figures.contains(FigureId.SENSITIVITY) ? varied(evaluation.sensitivity()) : List.of();
    }

    private List<Configured> field(Field field) {
        return new Configurations(isos)
                .expand(field.accelerators(), "evaluation", settings(field)).stream()
                        .map(this::configured)
                        .toList();
    }

    private static List<Setting> settings(Field field) {
        return field.set().stream()
                .map(text -> text.split("=", 2))
                .map(pair -> new Setting(pair[0], List.of(pair[1]), "evaluation"))
                .toList();
    }

    /** An energy model changes the energy of a run and nothing else, so that the name is that without it. */
    private Configured configured(AcceleratorRequest request) {
        ConfiguredAccelerator own = isos.accelerator(request);
        if (request.energyModel().isEmpty()) {
            return new Configured(request, own);
        }
        String name = new AcceleratorRequest(
                        request.id(),
                        request.hardwareFile(),
                        request.overrides(),
                        request.mapping(),
                        request.fidelity(),
                        Optional.empty())
                .name();
        return new Configured(
                request,
                new ConfiguredAccelerator(
                        own.accelerator(),
                        own.dataflow(),
                        own.hardware(),
                        own.mapping(),
                        own.fidelity(),
                        own.energy(),
                        name,
                        own.changes()));
    }

    private Configured cuts(Cuts cuts) {
        AcceleratorRequest request = new AcceleratorRequest(
                cuts.accelerator(), Optional.empty(), List.of(), Optional.of(cuts.path()), Optional.empty());
        ConfiguredAccelerator own = isos.accelerator(AcceleratorRequest.of(cuts.accelerator()));
        ConfiguredAccelerator cut = new ConfiguredAccelerator(
                own.accelerator(),
                own.dataflow(),
                own.hardware(),
                PlanFile.parse(cuts.path(), Published.text(cuts.file())),
                own.fidelity(),
                own.energy(),
                request.name(),
                own.changes());
        return new Configured(request, cut);
    }

    /** The varied accelerator is the one that is compared with others beyond the paper. */
    private List<Varied> varied(Sensitivity sensitivity) {
        AcceleratorRequest base = new Configurations(isos)
                .expand(List.of(sensitivity.accelerator()), "evaluation", settings(evaluation.beyond()))
                .get(0);
        List<Varied> all = new ArrayList<>();
        for (int i = 0; i < sensitivity.sweeps().size(); i++) {
            Sweep sweep = sensitivity.sweeps().get(i);
            for (String value : sweep.values()) {
                List<String> overrides = new ArrayList<>(base.overrides());
                overrides.add(sweep.parameter() + "=" + value);
                Configured machine = configured(new AcceleratorRequest(
                        base.id(), Optional.empty(), overrides, Optional.empty(), Optional.empty()));
                boolean isDefault = machine.accelerator()
                        .changes()
                        .equals(configured(base).accelerator().changes());
                all.add(new Varied(i, value, isDefault, isDefault ? configured(base) : machine));
            }
        }
        return all;
    }

    /** How many simulations there will be. */
    public int runs() {
        long further = varied.stream().filter(v -> compared(v) < 0).count()
                * subset(evaluation.sensitivity().workloads()).size();
        return Math.toIntExact(workloads.size() * (long) compared.size() + further + (cuts.isPresent() ? 1 : 0));
    }

    /** Position among the compared accelerators of the very same configuration; -1 if it is none. */
    private int compared(Varied v) {
        return compared.stream()
                .map(Configured::request)
                .toList()
                .indexOf(v.machine().request());
    }

    /** Those of the chosen workloads that are in a list; of none, the first chosen one. */
    private List<String> subset(List<String> wanted) {
        List<String> both = workloads.stream().filter(wanted::contains).toList();
        return both.isEmpty() ? workloads.subList(0, 1) : both;
    }

    /** Runs everything. */
    public EvaluationData run(Batch batch, WorkloadRequest request) {
        List<String> sensitive = subset(evaluation.sensitivity().workloads());
        List<String> dataflows = figures.equals(Set.of(FigureId.DATAFLOW))
                ? workloads
                : subset(evaluation.dataflows().workloads());
        List<Outcome> outcomes = batch.each(
                workloads,
                request,
                (id, workload, simulation) -> new Outcome(
                        compared.stream().map(m -> run(simulation, m)).toList(),
                        cuts.filter(m -> id.equals(evaluation.cuts().workload()))
                                .map(m -> run(simulation, m)),
                        sensitive.contains(id) ? varied(simulation) : List.of(),
                        figures.contains(FigureId.REUSE) ? Optional.of(WorkloadSizes.of(workload)) : Optional.empty(),
                        figures.contains(FigureId.DATAFLOW) && dataflows.contains(id)
                                ? Optional.of(dataflow(workload))
                                : Optional.empty()));
        return data(outcomes, request.seed());
    }

    private List<Optional<Run>> varied(Batch.Simulation simulation) {
        List<Optional<Run>> runs = new ArrayList<>();
        for (Varied v : varied) {
            runs.add(compared(v) < 0 ? Optional.of(run(simulation, v.machine())) : Optional.empty());
        }
        return runs;
    }

    private static Run run(Batch.Simulation one, Configured machine) {
        return new Run(one.run(machine.accelerator()), machine.request());
    }

    private DataflowFigure dataflow(Workload workload) {
        return DataflowFigure.of(isos, evaluation.dataflows().plan(), workload);
    }

    private EvaluationData data(List<Outcome> outcomes, long seed) {
        List<EvaluationRun> runs = new ArrayList<>();
        outcomes.forEach(outcome -> outcome.compared().forEach(run -> runs.add(source(run, seed))));
        OptionalInt cut = OptionalInt.empty();
        for (Outcome outcome : outcomes) {
            if (outcome.cuts().isPresent()) {
                cut = OptionalInt.of(runs.size());
                runs.add(source(outcome.cuts().get(), seed));
            }
        }
        List<SensitivityPoint> points = new ArrayList<>();
        for (int w = 0; w < outcomes.size(); w++) {
            List<Optional<Run>> ofWorkload = outcomes.get(w).varied();
            for (int i = 0; i < ofWorkload.size(); i++) {
                Varied v = varied.get(i);
                int position = ofWorkload.get(i).isPresent() ? runs.size() : w * compared.size() + compared(v);
                ofWorkload.get(i).ifPresent(run -> runs.add(source(run, seed)));
                points.add(new SensitivityPoint(workloads.get(w), v.sweep(), v.value(), v.isDefault(), position));
            }
        }
        return new EvaluationData(
                evaluation,
                Published.builtIn(),
                runs,
                runs(evaluation.paper(), paper, 0, runs),
                runs(evaluation.beyond(), beyond, paper.size(), runs),
                cut,
                outcomes.stream().flatMap(o -> o.sizes().stream()).toList(),
                outcomes.stream().flatMap(o -> o.dataflow().stream()).toList(),
                points);
    }

    private ComparedRuns runs(Field field, List<Configured> machines, int first, List<EvaluationRun> runs) {
        return new ComparedRuns(
                field,
                workloads,
                machines.stream()
                        .map(m -> Machine.of(m.request().id(), m.accelerator().hardware()))
                        .toList(),
                runs,
                first,
                compared.size());
    }

    private static EvaluationRun source(Run run, long seed) {
        return new EvaluationRun(run.result(), run.request(), seed);
    }
}
