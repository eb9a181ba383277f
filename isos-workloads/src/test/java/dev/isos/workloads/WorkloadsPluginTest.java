package dev.isos.workloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.workload.NetworkImporter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
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
        List<String> contributions = new ArrayList<>();
        Registrar registrar = (Registrar) Proxy.newProxyInstance(
                Registrar.class.getClassLoader(), new Class<?>[] {Registrar.class}, (proxy, method, arguments) -> {
                    contributions.add(
                            arguments[0] instanceof NetworkImporter importer ? importer.id() : method.getName());
                    return null;
                });
        plugin.contribute(registrar);
        assertTrue(contributions.containsAll(List.of("workloads", "isos-workload")), contributions.toString());
    }
}
