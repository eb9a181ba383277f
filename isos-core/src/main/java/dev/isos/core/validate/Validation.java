package dev.isos.core.validate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Isos;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Runs two fidelities of a machine on random small networks and random machine sizes and compares cycles and outputs. Which
 * accelerators, which parameters and which bounds stands in a data file.
 */
public final class Validation {
    private static final String FILE = "validation.yaml";

    /** Draws without a feasible case after which to give up. */
    private static final int MOST_DRAWS = 1000;

    private final Isos isos;
    private final Spec spec;

    /** The data file. */
    private record Spec(
            @JsonProperty("subject") String subject,
            @JsonProperty("reference") String reference,
            @JsonProperty("relativeFromCycles") long relativeFromCycles,
            @JsonProperty("largestRelativeError") double largestRelativeError,
            @JsonProperty("meanRelativeError") double meanRelativeError,
            @JsonProperty("largestSmallError") long largestSmallError,
            @JsonProperty("estimate") String estimate,
            @JsonProperty("largestEstimateError") double largestEstimateError,
            @JsonProperty("mappings") List<String> mappings,
            @JsonProperty("parameters") Map<String, List<String>> parameters) {}

    /** @param isos platform whose accelerators are compared */
    public Validation(Isos isos) {
        this.isos = isos;
        try (InputStream in = Validation.class.getResourceAsStream(FILE)) {
            this.spec = new ObjectMapper(new YAMLFactory()).readValue(in, Spec.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs random cases.
     *
     * @param cases how many, at least 1
     * @param seed decides all of them
     * @param progress is told how many cases are done
     */
    public ValidationResult run(int cases, long seed, IntConsumer progress) {
        List<ValidationCase> done = new ArrayList<>();
        Draw draw = new Draw(seed);
        int infeasible = 0;
        while (done.size() < cases) {
            Optional<ValidationCase> result = one(done.size(), draw.next());
            if (result.isPresent()) {
                done.add(result.get());
                progress.accept(done.size());
            } else if (++infeasible > MOST_DRAWS + cases) {
                throw new IsosException(
                        ErrorCode.INFEASIBLE, "random networks do not fit the machines of the validation file");
            }
        }
        ValidationBounds bounds = new ValidationBounds(
                spec.relativeFromCycles(),
                spec.largestRelativeError(),
                spec.meanRelativeError(),
                spec.largestSmallError(),
                spec.largestEstimateError());
        return new ValidationResult(
                spec.subject(), spec.reference(), seed, bounds, done, infeasible, spec.estimate(), List.of());
    }

    /**
     * Simulates and estimates every built-in workload.
     *
     * @param request how the workloads are built
     * @param progress is told of each workload that is done
     */
    public List<EstimateCase> estimates(WorkloadRequest request, Consumer<EstimateCase> progress) {
        List<EstimateCase> cases = new ArrayList<>();
        for (WorkloadDescriptor descriptor : isos.workloads()) {
            Workload workload = isos.workload(descriptor.id(), request);
            try {
                long simulated = cycles(workload, spec.subject());
                cases.add(new EstimateCase(descriptor.id(), simulated, cycles(workload, spec.estimate())));
            } finally {
                isos.release(workload);
            }
            progress.accept(cases.get(cases.size() - 1));
        }
        return cases;
    }

    private long cycles(Workload workload, String accelerator) {
        RunOptions options = new RunOptions(false, SimulationListener.NONE, 1, 0);
        return isos.run(workload, isos.accelerator(AcceleratorRequest.of(accelerator)), options)
                .cycles();
    }

    /** The case of a seed; empty when the network does not fit the machine. */
    private Optional<ValidationCase> one(int number, long seed) {
        Draw draw = new Draw(seed);
        List<String> parameters = new ArrayList<>();
        new TreeMap<>(spec.parameters()).forEach((key, values) -> parameters.add(key + "=" + draw.oneOf(values)));
        String mapping = draw.oneOf(spec.mappings());
        long networkSeed = draw.next();
        Workload workload = RandomNetwork.of(networkSeed);
        List<String> layers =
                workload.network().layers().stream().map(Validation::describe).toList();
        try {
            ConfiguredAccelerator subject = configure(spec.subject(), parameters, mapping);
            ConfiguredAccelerator reference = configure(spec.reference(), parameters, mapping);
            try {
                isos.plan(workload, subject);
            } catch (IsosException e) {
                if (e.code() == ErrorCode.INFEASIBLE) {
                    return Optional.empty();
                }
                throw e;
            }
            RunResult fast = isos.run(workload, subject, RunOptions.defaults());
            RunResult slow = isos.run(workload, reference, RunOptions.defaults());
            boolean equal = fast.verified()
                    && slow.verified()
                    && fast.outputSha256().equals(slow.outputSha256())
                    && fast.traffic().equals(slow.traffic());
            return Optional.of(new ValidationCase(
                    number, networkSeed, layers, mapping, parameters, slow.cycles(), fast.cycles(), equal, ""));
        } catch (IsosException e) {
            return Optional.of(
                    new ValidationCase(number, networkSeed, layers, mapping, parameters, 0, 0, false, e.getMessage()));
        } finally {
            isos.release(workload);
        }
    }

    private ConfiguredAccelerator configure(String id, List<String> parameters, String mapping) {
        return isos.accelerator(
                new AcceleratorRequest(id, Optional.empty(), parameters, Optional.of(mapping), Optional.empty()));
    }

    private static String describe(Layer layer) {
        return layer.op().label() + " " + layer.inputShape() + " -> " + layer.outputShape();
    }
}
