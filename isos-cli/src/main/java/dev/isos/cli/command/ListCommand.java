package dev.isos.cli.command;

import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.core.Platform;
import dev.isos.core.plugin.ContributionKind;
import dev.isos.core.plugin.PluginInfo;
import dev.isos.core.plugin.PluginProblem;
import dev.isos.core.spec.HardwareSpecReader;
import dev.isos.core.spec.ParameterValue;
import dev.isos.core.text.Nearest;
import dev.isos.report.text.ListReport;
import dev.isos.report.text.Printable;
import dev.isos.report.text.WorkloadListReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code isos list}. */
@Command(name = "list", description = "Lists what is available, from Isos itself and from plug-ins.")
final class ListCommand implements Callable<Integer> {
    /** What can be listed. */
    enum Kind {
        WORKLOADS,
        ACCELERATORS,
        DATAFLOWS,
        HARDWARE,
        MAPPINGS,
        ENERGY_MODELS,
        IMPORTERS,
        EXPORTERS,
        PLUGINS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    private Kind kind;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID",
            description = "With hardware: lists the parameters of this model, which --set, --vary and hardware files"
                    + " can change, and what its components do, as formulas over counts.")
    private String id;

    @Mixin
    private CommonOptions common;

    ListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (id != null && kind != Kind.HARDWARE) {
            throw new ParameterException(spec.commandLine(), "unexpected argument '" + id + "'");
        }
        Platform isos = common.platform(session);
        common.print(session, id == null ? list(isos) : parameters(isos));
        return 0;
    }

    private Printable parameters(Platform isos) {
        HardwareModelFactory hardware = isos.hardware().get(id);
        if (hardware == null) {
            throw IsosException.badInput("unknown hardware '" + id + "'"
                    + Nearest.hint(id, isos.hardware().keySet()));
        }
        List<List<Object>> entries = new ArrayList<>();
        for (HardwareParameter p : hardware.parameters()) {
            entries.add(Arrays.asList(
                    p.key(), p.defaultText(), ParameterValue.range(p), p.description(), p.source(), null));
        }
        HardwareModel model =
                hardware.create(new HardwareSpecReader(isos.hardware()).defaults(hardware.id(), List.of()));
        for (Activity activity : model.activities()) {
            entries.add(Arrays.asList(
                    activity.component() + " " + activity.action(), null, null, null, null, activity.formula()));
        }
        return new ListReport(List.of("id", "default", "range", "description", "source", "activity"), entries);
    }

    private Printable list(Platform isos) {
        return switch (kind) {
            case WORKLOADS -> new WorkloadListReport(isos.workloads());
            case ACCELERATORS ->
                report(
                        List.of("id", "description", "dataflow", "hardware", "mapping"),
                        isos.accelerators().values(),
                        a -> List.of(a.id(), a.description(), a.dataflow(), a.hardware(), a.mapping()));
            case DATAFLOWS -> described(isos.dataflows().values(), d -> List.of(d.id(), d.description()));
            case HARDWARE -> described(isos.hardware().values(), h -> List.of(h.id(), h.description()));
            case MAPPINGS -> described(isos.mappingPolicies().values(), ListCommand::mapping);
            case ENERGY_MODELS -> described(isos.energyModels().values(), e -> List.of(e.id(), e.description()));
            case IMPORTERS -> described(isos.importers().values(), i -> List.of(i.id(), i.description()));
            case EXPORTERS ->
                report(
                        List.of("id", "description", "fileExtension"),
                        isos.exporters().values(),
                        e -> List.of(e.id(), e.description(), e.fileExtension()));
            case PLUGINS ->
                common.verbose()
                        ? plugins(isos)
                        : report(
                                List.of("id", "version", "origin"),
                                isos.plugins(),
                                p -> List.of(p.id(), p.version(), p.origin()));
        };
    }

    /** Plug-ins with what they contribute; last those of which nothing is used. */
    private static ListReport plugins(Platform isos) {
        List<String> keys = new ArrayList<>(List.of("id", "version", "origin"));
        for (ContributionKind kind : ContributionKind.values()) {
            keys.add(kind.label());
        }
        keys.add("refused");
        List<List<Object>> entries = new ArrayList<>();
        List<PluginProblem> problems = new ArrayList<>(isos.pluginProblems());
        for (PluginInfo plugin : isos.plugins()) {
            List<Object> entry = new ArrayList<>(List.of(plugin.id(), plugin.version(), plugin.origin()));
            for (ContributionKind kind : ContributionKind.values()) {
                List<String> ids = plugin.contributions().get(kind);
                entry.add(ids == null ? null : String.join(", ", ids));
            }
            String refused = problems.stream()
                    .filter(p -> isOf(p, plugin))
                    .map(PluginProblem::sentence)
                    .collect(Collectors.joining("; "));
            problems.removeIf(p -> isOf(p, plugin));
            entry.add(refused.isEmpty() ? null : refused);
            entries.add(entry);
        }
        for (PluginProblem problem : problems) {
            List<Object> entry = new ArrayList<>(Collections.nCopies(keys.size(), null));
            entry.set(0, problem.plugin());
            entry.set(2, problem.origin());
            entry.set(keys.size() - 1, problem.sentence());
            entries.add(entry);
        }
        return new ListReport(keys, entries);
    }

    private static boolean isOf(PluginProblem problem, PluginInfo plugin) {
        return problem.plugin().equals(plugin.id()) && problem.origin().equals(plugin.origin());
    }

    private static List<Object> mapping(MappingPolicy policy) {
        return List.of(policy.id(), policy.description());
    }

    private static <T> ListReport described(Collection<T> things, Function<T, List<Object>> entry) {
        return report(List.of("id", "description"), things, entry);
    }

    private static <T> ListReport report(List<String> keys, Collection<T> things, Function<T, List<Object>> entry) {
        List<List<Object>> entries = new ArrayList<>();
        for (T thing : things) {
            entries.add(entry.apply(thing));
        }
        return new ListReport(keys, entries);
    }
}
