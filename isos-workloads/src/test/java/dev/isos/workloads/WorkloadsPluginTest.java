package dev.isos.workloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class WorkloadsPluginTest {
    @Test
    void isFoundAndContributes() {
        IsosPlugin plugin = ServiceLoader.load(IsosPlugin.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.id().equals("isos-workloads"))
                .findFirst()
                .orElseThrow();
        assertEquals(WorkloadsPlugin.class, plugin.getClass());
        assertTrue(ApiVersion.CURRENT.runs(plugin.builtAgainst()));
        Registrar registrar = mock(Registrar.class);
        plugin.contribute(registrar);
        verify(registrar).workloads(any());
        verify(registrar, atLeastOnce()).importer(any());
    }
}
