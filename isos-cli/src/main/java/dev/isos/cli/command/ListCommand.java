package dev.isos.cli.command;

import dev.isos.api.plan.MappingPolicy;
import dev.isos.cli.report.ListReport;
import dev.isos.cli.report.Report;
import dev.isos.cli.report.WorkloadListReport;
import dev.isos.core.Isos;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code isos list}. */
@Command(name = "list", description = "Lists what there is, from Isos itself and from plug-ins.")
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

    @Parameters(paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    private Kind kind;

    @Mixin
    private CommonOptions common;

    ListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        common.print(session, list(common.platform(session)));
        return 0;
    }

    private Report list(Isos isos) {
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
                report(
                        List.of("id", "version", "origin"),
                        isos.plugins(),
                        p -> List.of(p.id(), p.version(), p.origin()));
        };
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
