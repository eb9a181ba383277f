package dev.isos.core.validate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.Segment;
import dev.isos.api.random.SplitMix;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;

/**
 * Compares the fidelities of machines: event by event against cycle by cycle on random small networks and random machine sizes,
 * estimates against event by event on the built-in networks. Which parameters and which bounds stands in a data file.
 */
public final class Validation {
    private static final String FILE = "validation.yaml";

    /** Draws without a feasible case after which to give up. */
    private static final int MOST_DRAWS = 1000;

    /** As many are simulated on all processors before progress is told. */
    private static final int CASES_AT_A_TIME = 16;

    private final Platform isos;
    private final Spec spec;

    /** The data file. */
    private record Spec(
            @JsonProperty("relativeFromCycles") long relativeFromCycles,
            @JsonProperty("largestRelativeError") double largestRelativeError,
            @JsonProperty("meanRelativeError") double meanRelativeError,
            @JsonProperty("largestSmallError") long largestSmallError,
            @JsonProperty("largestEstimateError") double largestEstimateError,
            @JsonProperty("largestSweepError") double largestSweepError,
            @JsonProperty("largestCountError") double largestCountError,
            @JsonProperty("mappings") List<String> mappings,
            @JsonProperty("batches") List<Integer> batches,
            @JsonProperty("parameters") Map<String, Map<String, List<String>>> parameters) {}

    /** @param isos platform whose accelerators are compared */
    public Validation(Platform isos) {
        this.isos = isos;
        try (InputStream in = Validation.class.getResourceAsStream(FILE)) {
            this.spec = new ObjectMapper(new YAMLFactory()).readValue(in, Spec.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By how much the cycles of an estimate may be off, as a share, whatever the configuration. */
    public double largestSweepError() {
        return spec.largestSweepError();
    }

    /** By how much the bytes, products and energy of an estimate may be off, as a share. */
    public double largestCountError() {
        return spec.largestCountError();
    }

    /** One accelerator for each pair of a dataflow and a hardware that has more than one fidelity, by id. */
    public List<String> subjects() {
        Map<List<String>, String> subjects = new LinkedHashMap<>();
        isos.accelerators().forEach((id, accelerator) -> {
            if (has(id, Fidelity.STEPPED) || has(id, Fidelity.ANALYTICAL)) {
                subjects.putIfAbsent(List.of(accelerator.dataflow(), accelerator.hardware()), id);
            }
        });
        return List.copyOf(subjects.values());
    }

    /** Whether an accelerator has a fidelity. */
    public boolean has(String accelerator, Fidelity fidelity) {
        ConfiguredAccelerator configured = isos.accelerator(AcceleratorRequest.of(accelerator));
        return switch (fidelity) {
            case EVENT -> true;
            case STEPPED -> configured.hardware().stepped().isPresent();
            case ANALYTICAL ->
                configured.hardware().analytical(configured.dataflow().id()).isPresent();
        };
    }

    /**
     * Runs random cases on an accelerator that has a stepped fidelity; on another one there are none.
     *
     * @param accelerator id
     * @param cases how many, at least 1
     * @param seed decides all of them
     * @param progress is told how many cases are done
     */
    public ValidationResult run(String accelerator, int cases, long seed, IntConsumer progress) {
        List<ValidationCase> done = new ArrayList<>();
        SplitMix draw = new SplitMix(seed);
        int infeasible = 0;
        while (done.size() < cases && has(accelerator, Fidelity.STEPPED)) {
            List<Optional<ValidationCase>> batch = LongStream.generate(draw::nextLong)
                    .limit(Math.min(CASES_AT_A_TIME, cases - done.size()))
                    .boxed()
                    .toList()
                    .parallelStream()
                    .map(each -> one(accelerator, each))
                    .toList();
            for (Optional<ValidationCase> result : batch) {
                if (result.isPresent()) {
                    done.add(result.get().numbered(done.size()));
                    progress.accept(done.size());
                } else if (++infeasible > MOST_DRAWS + cases) {
                    throw new IsosException(
                            ErrorCode.INFEASIBLE, "random networks do not fit the machines of the validation file");
                }
            }
        }
        ValidationBounds bounds = new ValidationBounds(
                spec.relativeFromCycles(),
                spec.largestRelativeError(),
                spec.meanRelativeError(),
                spec.largestSmallError(),
                spec.largestEstimateError());
        return new ValidationResult(accelerator, seed, bounds, done, infeasible, List.of());
    }

    /**
     * Simulates and estimates every built-in workload on an accelerator that has an analytical fidelity; on another one none.
     *
     * @param request how the workloads are built
     * @param progress is told of each workload that is done
     */
    public List<EstimateCase> estimates(String accelerator, WorkloadRequest request, Consumer<EstimateCase> progress) {
        List<EstimateCase> cases = new ArrayList<>();
        if (!has(accelerator, Fidelity.ANALYTICAL)) {
            return cases;
        }
        for (WorkloadDescriptor descriptor : isos.workloads()) {
            Workload workload = isos.workload(descriptor.id(), request);
            try {
                long simulated = cycles(workload, accelerator, Fidelity.EVENT);
                cases.add(new EstimateCase(
                        descriptor.id(), simulated, cycles(workload, accelerator, Fidelity.ANALYTICAL)));
            } finally {
                isos.release(workload);
            }
            progress.accept(cases.get(cases.size() - 1));
        }
        return cases;
    }

    private long cycles(Workload workload, String accelerator, Fidelity fidelity) {
        RunOptions options = new RunOptions(
                false, SimulationListener.NONE, Runtime.getRuntime().availableProcessors(), 0);
        AcceleratorRequest request = new AcceleratorRequest(
                accelerator, Optional.empty(), List.of(), Optional.empty(), fidelity, Optional.empty());
        return isos.run(workload, isos.accelerator(request), options).cycles();
    }

    /** The case of a seed, not numbered yet; empty when the network does not fit the machine. */
    private Optional<ValidationCase> one(String accelerator, long seed) {
        SplitMix draw = new SplitMix(seed);
        List<String> parameters = new ArrayList<>();
        Map<String, List<String>> ranges = spec.parameters()
                .getOrDefault(isos.accelerators().get(accelerator).hardware(), Map.of());
        new TreeMap<>(ranges).forEach((key, values) -> parameters.add(key + "=" + draw.oneOf(values)));
        String mapping = draw.oneOf(spec.mappings());
        long networkSeed = draw.nextLong();
        Workload workload = RandomNetwork.of(networkSeed);
        int batch = draw.oneOf(spec.batches());
        if (batch > 1 && !GatheredOperands.needed(workload.network())) {
            parameters.add(HardwareSpec.BATCH + "=" + batch);
        }
        List<String> layers =
                workload.network().layers().stream().map(Validation::describe).toList();
        List<String> kinds = List.of();
        try {
            ConfiguredAccelerator event = configure(accelerator, parameters, mapping, Fidelity.EVENT);
            try {
                kinds = kinds(isos.plan(workload, event));
            } catch (IsosException e) {
                if (e.code() == ErrorCode.INFEASIBLE) {
                    return Optional.empty();
                }
                throw e;
            }
            RunResult fast = isos.run(workload, event, RunOptions.defaults());
            RunResult slow = isos.run(
                    workload, configure(accelerator, parameters, mapping, Fidelity.STEPPED), RunOptions.defaults());
            boolean outputs =
                    fast.verified() && slow.verified() && fast.outputSha256().equals(slow.outputSha256());
            String different = !outputs
                    ? "other outputs"
                    : !fast.traffic().equals(slow.traffic()) ? "other off-chip bytes" : otherEnergy(fast, slow);
            return Optional.of(new ValidationCase(
                    0, networkSeed, layers, mapping, parameters, kinds, slow.cycles(), fast.cycles(), different));
        } catch (IsosException e) {
            return Optional.of(
                    new ValidationCase(0, networkSeed, layers, mapping, parameters, kinds, 0, 0, e.getMessage()));
        } finally {
            isos.release(workload);
        }
    }

    /** Names the components whose energies differ; empty when none do. */
    private static String otherEnergy(RunResult fast, RunResult slow) {
        Map<String, Double> stepped = new LinkedHashMap<>();
        slow.components().forEach(component -> stepped.put(component.name(), component.energyPj()));
        List<String> different = new ArrayList<>();
        fast.components().forEach(component -> {
            Double other = stepped.remove(component.name());
            if (other == null || other != component.energyPj()) {
                different.add(component.name() + " " + component.energyPj() + " pJ, stepped " + other);
            }
        });
        stepped.keySet().forEach(name -> different.add(name + ", which only the stepped machine has"));
        return different.isEmpty() ? "" : "other energy of " + String.join("; ", different);
    }

    /** What a plan makes use of: pipelines of several layers, and every mapping factor that is above 1 somewhere. */
    private static List<String> kinds(ExecutionPlan plan) {
        Set<String> kinds = new TreeSet<>();
        for (Segment segment : plan.segments()) {
            if (segment.layers().size() > 1) {
                kinds.add("pipeline");
            }
            segment.mappings()
                    .forEach(mapping -> mapping.factors().forEach((factor, value) -> {
                        if (value > 1) {
                            kinds.add(factor);
                        }
                    }));
        }
        return List.copyOf(kinds);
    }

    private ConfiguredAccelerator configure(String id, List<String> parameters, String mapping, Fidelity fidelity) {
        return isos.accelerator(new AcceleratorRequest(
                id, Optional.empty(), parameters, Optional.of(mapping), fidelity, Optional.empty()));
    }

    private static String describe(Layer layer) {
        return layer.op().label() + " " + layer.inputShape() + " -> " + layer.outputShape();
    }
}
