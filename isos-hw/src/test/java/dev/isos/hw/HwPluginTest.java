package dev.isos.hw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.core.spec.HardwareSpecReader;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.mockito.Mockito;

class HwPluginTest {
    private static IsosPlugin plugin() {
        return ServiceLoader.load(IsosPlugin.class).stream()
                .filter(p -> p.type() == HwPlugin.class)
                .findFirst()
                .orElseThrow()
                .get();
    }

    @Test
    void isFound() {
        assertEquals("isos-hw", plugin().id());
    }

    @Test
    void acceleratorsNameContributedHardwareWhoseEnergyCanBeEstimated() {
        Registrar registrar = Mockito.mock(Registrar.class);
        plugin().contribute(registrar);
        ArgumentCaptor<HardwareModelFactory> factory = ArgumentCaptor.forClass(HardwareModelFactory.class);
        ArgumentCaptor<Accelerator> accelerators = ArgumentCaptor.forClass(Accelerator.class);
        ArgumentCaptor<EnergyModel> energyModels = ArgumentCaptor.forClass(EnergyModel.class);
        Mockito.verify(registrar, Mockito.times(2)).hardware(factory.capture());
        Mockito.verify(registrar, Mockito.times(4)).accelerator(accelerators.capture());
        Mockito.verify(registrar, Mockito.times(3)).energyModel(energyModels.capture());
        assertEquals(
                List.of("isosceles", "isosceles-single", "isosceles-optimal", "isosceles-next"),
                accelerators.getAllValues().stream().map(Accelerator::id).toList());
        assertEquals(
                List.of("isosceles", "isosceles", "isosceles", "isosceles-next"),
                accelerators.getAllValues().stream().map(Accelerator::hardware).toList());
        HardwareModelFactory first = factory.getAllValues().get(0);
        String kind = first.id();
        HardwareModel model = first.create(new HardwareSpecReader(Map.of(kind, first)).defaults(kind, List.of()));
        EnergyModel energy = energyModels.getAllValues().stream()
                .filter(m -> m.id().equals(model.spec().text("energyTable")))
                .findFirst()
                .orElseThrow();
        EnergyReport report =
                energy.estimate(model.components(), List.of(new ActivityCount("macs", "multiply-accumulate", 10)));
        assertEquals(3, report.totalPj(), 1e-9);
        // HPCA 2023, Table II
        assertEquals(26.0, report.areaMm2(), 0.05 * 26.0);
    }
}
