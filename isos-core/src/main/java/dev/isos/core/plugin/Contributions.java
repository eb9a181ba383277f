package dev.isos.core.plugin;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadSource;
import dev.isos.core.text.Nearest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Everything that plug-ins offer, by kind and id, and what was wrong with the rest. */
public final class Contributions {
    private final Map<ContributionKind, Map<String, Owned>> byKind = new EnumMap<>(ContributionKind.class);
    /** Why contributions are not in use that plug-ins have offered. */
    private final Map<ContributionKind, Map<String, String>> refused = new EnumMap<>(ContributionKind.class);

    private final Map<String, Owner> plugins = new LinkedHashMap<>();
    private final List<PluginProblem> problems = new ArrayList<>();

    /** A plug-in. */
    record Owner(String id, String version, String origin) {
        @Override
        public String toString() {
            return "plug-in " + id + " (" + origin + ")";
        }
    }

    /** A contribution and the plug-in that made it. */
    private record Owned(Object value, Owner owner) {}

    Contributions() {
        for (ContributionKind kind : ContributionKind.values()) {
            byKind.put(kind, new LinkedHashMap<>());
            refused.put(kind, new LinkedHashMap<>());
        }
    }

    /** Contributions of one kind by id, in order of id. */
    public <T> Map<String, T> of(Class<T> type) {
        Map<String, T> values = new TreeMap<>();
        byKind.get(ContributionKind.of(type)).forEach((id, owned) -> values.put(id, type.cast(owned.value())));
        return values;
    }

    /** Built-in workloads by id, each with its source, in the order in which they were contributed. */
    public Map<String, OfferedWorkload> workloads() {
        Map<String, OfferedWorkload> offered = new LinkedHashMap<>();
        byKind.get(ContributionKind.WORKLOAD).forEach((id, owned) -> offered.put(id, (OfferedWorkload) owned.value()));
        return offered;
    }

    /** Plug-ins in use, in the order in which they were found. */
    public List<PluginInfo> plugins() {
        List<PluginInfo> infos = new ArrayList<>();
        for (Owner plugin : plugins.values()) {
            Map<ContributionKind, List<String>> ids = new EnumMap<>(ContributionKind.class);
            byKind.forEach((kind, offers) -> offers.forEach((id, owned) -> {
                if (owned.owner() == plugin) {
                    ids.computeIfAbsent(kind, k -> new ArrayList<>()).add(id);
                }
            }));
            infos.add(new PluginInfo(plugin.id(), plugin.version(), plugin.origin(), ids));
        }
        return infos;
    }

    /** Plug-ins and contributions that are not used, in the order in which they were found. */
    public List<PluginProblem> problems() {
        return List.copyOf(problems);
    }

    /** Why a contribution that some plug-in has offered is not in use; empty if none has offered it. */
    public Optional<String> refusal(ContributionKind kind, String id) {
        return Optional.ofNullable(refused.get(kind).get(id));
    }

    /** Names the plug-ins from folders that some of these contributions come from; empty if all are from the class path. */
    public Optional<String> strangers(List<?> values) {
        List<String> names = byKind.values().stream()
                .flatMap(offers -> offers.values().stream())
                .filter(owned -> values.stream().anyMatch(value -> value == owned.value()))
                .map(Owned::owner)
                .filter(owner -> !owner.origin().equals(PluginLoader.CLASS_PATH))
                .map(Owner::toString)
                .distinct()
                .toList();
        return names.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", names));
    }

    /** A workload and where to get it. */
    public record OfferedWorkload(WorkloadDescriptor descriptor, WorkloadSource source) {}

    void problem(String plugin, String origin, String sentence) {
        problems.add(new PluginProblem(plugin, origin, sentence));
    }

    /** How many plug-ins were taken or refused so far. */
    int findings() {
        return plugins.size() + problems.size();
    }

    boolean hasPlugin(String id) {
        return plugins.containsKey(id);
    }

    /** Takes over what a plug-in has staged; ids that are taken are refused one by one. */
    void accept(Owner plugin, Staged staged) {
        plugins.put(plugin.id(), plugin);
        for (Staged.Offer offer : staged.offers) {
            Owned taken = byKind.get(offer.kind()).putIfAbsent(offer.id(), new Owned(offer.value(), plugin));
            if (taken != null) {
                problem(
                        plugin.id(),
                        plugin.origin(),
                        plugin + " offers the " + offer.kind().label() + " '" + offer.id() + "' that plug-in "
                                + taken.owner().id() + " already has; the second one is ignored");
            }
        }
    }

    /** Refuses a plug-in, and remembers what it has offered until then. */
    void refuse(String plugin, String origin, String sentence, Staged staged) {
        problem(plugin, origin, sentence);
        for (Staged.Offer offer : staged.soFar()) {
            refused.get(offer.kind()).putIfAbsent(offer.id(), sentence);
        }
    }

    /** Refuses accelerators that name something that nobody offers. Called once everything was offered. */
    void refuseDangling() {
        Map<String, Owned> accelerators = byKind.get(ContributionKind.ACCELERATOR);
        for (Map.Entry<String, Owned> entry : List.copyOf(accelerators.entrySet())) {
            Accelerator accelerator = (Accelerator) entry.getValue().value();
            Owner owner = entry.getValue().owner();
            missing(ContributionKind.DATAFLOW, accelerator.dataflow())
                    .or(() -> missing(ContributionKind.HARDWARE, accelerator.hardware()))
                    .or(() -> missing(ContributionKind.MAPPING, accelerator.mapping()))
                    .ifPresent(missing -> {
                        String sentence = owner + " offers the accelerator '" + accelerator.id() + "' with the "
                                + missing + "; it is ignored";
                        accelerators.remove(entry.getKey());
                        refused.get(ContributionKind.ACCELERATOR).put(accelerator.id(), sentence);
                        problem(owner.id(), owner.origin(), sentence);
                    });
        }
    }

    private Optional<String> missing(ContributionKind kind, String id) {
        Map<String, Owned> known = byKind.get(kind);
        return known.containsKey(id)
                ? Optional.empty()
                : Optional.of(kind.label() + " '" + id + "', which no plug-in in use has"
                        + Nearest.to(id, known.keySet())
                                .map(near -> "; did it mean '" + near + "'?")
                                .orElse(""));
    }

    /** Holds what one plug-in offers until it has offered everything without failing. */
    static final class Staged implements Registrar {
        private final List<Offer> offers = new ArrayList<>();

        private record Offer(ContributionKind kind, String id, Object value) {}

        /** What was offered, while the plug-in may still be offering. */
        private synchronized List<Offer> soFar() {
            return List.copyOf(offers);
        }

        private synchronized void offer(ContributionKind kind, String id, Object value) {
            offers.add(new Offer(kind, id, value));
        }

        private void offer(ContributionKind kind, String id, String description, Object value) {
            require(kind, id, "description", description);
            offer(kind, id, value);
        }

        private static void require(ContributionKind kind, String id, String what, Object value) {
            if (id == null || id.isBlank()) {
                throw new IllegalArgumentException("one of its contributions has no id; its kind is " + kind.label());
            }
            if (value == null) {
                throw new IllegalArgumentException("the " + kind.label() + " '" + id + "' has no " + what);
            }
        }

        private static <T> T given(ContributionKind kind, T value) {
            if (value == null) {
                throw new IllegalArgumentException("one of its contributions is null; its kind is " + kind.label());
            }
            return value;
        }

        @Override
        public void dataflow(Dataflow dataflow) {
            given(ContributionKind.DATAFLOW, dataflow);
            offer(ContributionKind.DATAFLOW, dataflow.id(), dataflow.description(), dataflow);
        }

        @Override
        public void hardware(HardwareModelFactory factory) {
            String id = given(ContributionKind.HARDWARE, factory).id();
            List<HardwareParameter> parameters = factory.parameters();
            require(ContributionKind.HARDWARE, id, "list of parameters", parameters);
            parameters.forEach(p -> require(ContributionKind.HARDWARE, id, "value for one of its parameters", p));
            offer(ContributionKind.HARDWARE, id, factory.description(), factory);
        }

        @Override
        public void energyModel(EnergyModel model) {
            given(ContributionKind.ENERGY_MODEL, model);
            offer(ContributionKind.ENERGY_MODEL, model.id(), model.description(), model);
        }

        @Override
        public void mappingPolicy(MappingPolicy policy) {
            given(ContributionKind.MAPPING, policy);
            offer(ContributionKind.MAPPING, policy.id(), policy.description(), policy);
        }

        @Override
        public void accelerator(Accelerator accelerator) {
            String id = given(ContributionKind.ACCELERATOR, accelerator).id();
            require(ContributionKind.ACCELERATOR, id, "dataflow", accelerator.dataflow());
            require(ContributionKind.ACCELERATOR, id, "hardware", accelerator.hardware());
            require(ContributionKind.ACCELERATOR, id, "mapping", accelerator.mapping());
            offer(ContributionKind.ACCELERATOR, id, accelerator.description(), accelerator);
        }

        @Override
        public void workloads(WorkloadSource source) {
            List<WorkloadDescriptor> descriptors =
                    given(ContributionKind.WORKLOAD, source).workloads();
            for (WorkloadDescriptor descriptor : given(ContributionKind.WORKLOAD, descriptors)) {
                String id = given(ContributionKind.WORKLOAD, descriptor).id();
                require(ContributionKind.WORKLOAD, id, "network", descriptor.network());
                require(ContributionKind.WORKLOAD, id, "source", descriptor.source());
                require(ContributionKind.WORKLOAD, id, "totals (null)", descriptor.totals());
                offer(ContributionKind.WORKLOAD, id, descriptor.description(), new OfferedWorkload(descriptor, source));
            }
        }

        @Override
        public void importer(NetworkImporter importer) {
            String id = given(ContributionKind.IMPORTER, importer).id();
            String description = importer.description();
            offer(ContributionKind.IMPORTER, id, description, new SafeImporter(importer, id, description));
        }

        @Override
        public void exporter(WorkloadExporter exporter) {
            String id = given(ContributionKind.EXPORTER, exporter).id();
            require(ContributionKind.EXPORTER, id, "file extension", exporter.fileExtension());
            offer(ContributionKind.EXPORTER, id, exporter.description(), exporter);
        }

        @Override
        public void part(MachinePart<?> part) {
            String id = given(ContributionKind.PART, part).id();
            require(ContributionKind.PART, id, "id", id);
            offer(ContributionKind.PART, part.type().getSimpleName() + " " + id, part.description(), part);
        }
    }
}
