package dev.isos.core.plugin;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that plug-ins offer, by kind and id, and what was wrong with the rest. */
public final class Contributions {
    private final Map<String, Map<String, Owned>> byKind = new LinkedHashMap<>();
    private final List<PluginInfo> plugins = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** A contribution and the plug-in that made it. */
    private record Owned(Object value, String plugin) {}

    /** Contributions of one kind by id, in order of id. */
    public <T> Map<String, T> of(Class<T> type) {
        Map<String, T> values = new TreeMap<>();
        byKind.getOrDefault(type.getName(), Map.of()).forEach((id, owned) -> values.put(id, type.cast(owned.value())));
        return values;
    }

    /** Built-in workloads by id, each with its source, in the order in which they were contributed. */
    public Map<String, OfferedWorkload> workloads() {
        Map<String, OfferedWorkload> offered = new LinkedHashMap<>();
        byKind.getOrDefault(WorkloadSource.class.getName(), Map.of())
                .forEach((id, owned) -> offered.put(id, (OfferedWorkload) owned.value()));
        return offered;
    }

    public List<PluginInfo> plugins() {
        return List.copyOf(plugins);
    }

    /** One sentence for each plug-in or contribution that could not be used. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** A workload and where to get it. */
    public record OfferedWorkload(WorkloadDescriptor descriptor, WorkloadSource source) {}

    void problem(String sentence) {
        problems.add(sentence);
    }

    boolean hasPlugin(String id) {
        return plugins.stream().anyMatch(p -> p.id().equals(id));
    }

    /** Takes over what a plug-in has staged; ids that are taken are refused one by one. */
    void accept(PluginInfo plugin, Staged staged) {
        plugins.add(plugin);
        for (Staged.Offer offer : staged.offers) {
            Map<String, Owned> kind = byKind.computeIfAbsent(offer.type().getName(), t -> new LinkedHashMap<>());
            Owned taken = kind.putIfAbsent(offer.id(), new Owned(offer.value(), plugin.id()));
            if (taken != null) {
                problems.add("plug-in " + plugin.id() + " (" + plugin.origin() + ") offers the " + offer.kind() + " '"
                        + offer.id() + "' that plug-in " + taken.plugin() + " already has; the second one is ignored");
            }
        }
    }

    /** Holds what one plug-in offers until it has offered everything without failing. */
    static final class Staged implements Registrar {
        private final List<Offer> offers = new ArrayList<>();

        private record Offer(Class<?> type, String kind, String id, Object value) {}

        private void offer(Class<?> type, String kind, String id, Object value) {
            if (id == null || id.isBlank()) {
                throw new IllegalArgumentException("a " + kind + " without an id");
            }
            offers.add(new Offer(type, kind, id, value));
        }

        @Override
        public void dataflow(Dataflow dataflow) {
            offer(Dataflow.class, "dataflow", dataflow.id(), dataflow);
        }

        @Override
        public void hardware(HardwareModelFactory factory) {
            offer(HardwareModelFactory.class, "hardware model", factory.id(), factory);
        }

        @Override
        public void energyModel(EnergyModel model) {
            offer(EnergyModel.class, "energy model", model.id(), model);
        }

        @Override
        public void mappingPolicy(MappingPolicy policy) {
            offer(MappingPolicy.class, "mapping policy", policy.id(), policy);
        }

        @Override
        public void accelerator(Accelerator accelerator) {
            offer(Accelerator.class, "accelerator", accelerator.id(), accelerator);
        }

        @Override
        public void workloads(WorkloadSource source) {
            for (WorkloadDescriptor descriptor : source.workloads()) {
                offer(WorkloadSource.class, "workload", descriptor.id(), new OfferedWorkload(descriptor, source));
            }
        }

        @Override
        public void importer(NetworkImporter importer) {
            offer(NetworkImporter.class, "importer", importer.id(), importer);
        }

        @Override
        public void exporter(WorkloadExporter exporter) {
            offer(WorkloadExporter.class, "exporter", exporter.id(), exporter);
        }
    }
}
