package dev.isos.core;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.core.plugin.Contributions;
import dev.isos.core.plugin.PluginInfo;
import dev.isos.core.simulate.Simulator;
import dev.isos.core.spec.CompleteHardware;
import dev.isos.core.spec.HardwareSpecReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Binds what plug-ins contribute, by id, and the platform that is assembled from it. */
final class PlatformModule extends AbstractModule {
    private final Contributions contributions;

    PlatformModule(Contributions contributions) {
        this.contributions = contributions;
    }

    @Override
    protected void configure() {
        bind(Contributions.class).toInstance(contributions);
        bindMap(Dataflow.class);
        List<MachinePart<?>> parts = new ArrayList<>();
        contributions.of(MachinePart.class).values().forEach(parts::add);
        bindMap(HardwareModelFactory.class, kind -> CompleteHardware.of(kind, parts));
        bindMap(EnergyModel.class);
        bindMap(MappingPolicy.class);
        bindMap(Accelerator.class);
        bindMap(NetworkImporter.class);
        bindMap(WorkloadExporter.class);
        bind(Platform.class).to(IsosPlatform.class).in(Singleton.class);
    }

    private <T> void bindMap(Class<T> type) {
        bindMap(type, UnaryOperator.identity());
    }

    private <T> void bindMap(Class<T> type, UnaryOperator<T> completed) {
        MapBinder<String, T> binder = MapBinder.newMapBinder(binder(), String.class, type);
        contributions.of(type).forEach((id, value) -> binder.addBinding(id).toInstance(completed.apply(value)));
    }

    @Provides
    @Singleton
    Simulator simulator() {
        Map<String, String> versions = new TreeMap<>();
        for (PluginInfo plugin : contributions.plugins()) {
            versions.put(plugin.id(), plugin.version());
        }
        return new Simulator(versions);
    }

    @Provides
    @Singleton
    HardwareSpecReader specReader(Map<String, HardwareModelFactory> models) {
        return new HardwareSpecReader(models);
    }
}
