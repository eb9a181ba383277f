package dev.isos.core;

import com.google.inject.AbstractModule;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.MachinePart;
import dev.isos.core.plugin.Contributions;
import dev.isos.core.plugin.PluginInfo;
import dev.isos.core.simulate.Simulator;
import dev.isos.core.spec.CompleteHardware;
import dev.isos.core.spec.HardwareSpecReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Binds what plug-ins contribute, and the platform that is assembled from it. A binding for each contribution would slow every start. */
final class PlatformModule extends AbstractModule {
    private final Contributions contributions;

    PlatformModule(Contributions contributions) {
        this.contributions = contributions;
    }

    @Override
    protected void configure() {
        bind(Contributions.class).toInstance(contributions);
        bind(HardwareSpecReader.class).toInstance(new HardwareSpecReader(hardware()));
        bind(Simulator.class)
                .toInstance(new Simulator(contributions.plugins().stream()
                        .collect(Collectors.toMap(PluginInfo::id, PluginInfo::version))));
        bind(Platform.class).to(IsosPlatform.class);
    }

    private Map<String, HardwareModelFactory> hardware() {
        List<MachinePart<?>> parts = new ArrayList<>();
        contributions.of(MachinePart.class).values().forEach(parts::add);
        Map<String, HardwareModelFactory> hardware = contributions.of(HardwareModelFactory.class);
        hardware.replaceAll((id, kind) -> CompleteHardware.of(kind, parts));
        return hardware;
    }
}
