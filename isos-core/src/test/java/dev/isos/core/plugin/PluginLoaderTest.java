package dev.isos.core.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.isos.api.error.IsosException;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLoaderTest {
    @TempDir
    Path folder;

    @Test
    void findsTheCoreOnTheClassPath() {
        Contributions found = PluginLoader.load(Optional.empty());
        assertTrue(found.hasPlugin("isos-core"));
        assertTrue(found.of(MappingPolicy.class).keySet().containsAll(java.util.List.of("block", "single")));
        assertEquals(java.util.List.of(), found.problems());
    }

    @Test
    void secondContributionOfAnIdIsRefusedByNameAndTheRestKept() {
        PluginLoader loader = new PluginLoader(Duration.ofSeconds(10));
        MappingPolicy first = policy("fold");
        register(plugin("a", r -> r.mappingPolicy(first)), "a.jar", contributions);
        register(
                plugin("b", r -> {
                    r.mappingPolicy(policy("fold"));
                    r.mappingPolicy(policy("other"));
                }),
                "b.jar",
                contributions);
        assertSame(first, contributions.of(MappingPolicy.class).get("fold"));
        assertTrue(contributions.of(MappingPolicy.class).containsKey("other"));
        assertEquals(
                java.util.List.of("plug-in b (b.jar) offers the mapping policy 'fold' that plug-in a already has;"
                        + " the second one is ignored"),
                contributions.problems());
    }

    @Test
    void nothingOfAPluginThatThrowsHalfwayIsKept() {
        PluginLoader loader = new PluginLoader(Duration.ofSeconds(10));
        register(
                plugin("half", r -> {
                    r.mappingPolicy(policy("kept?"));
                    throw new IllegalStateException("no licence");
                }),
                "half.jar",
                contributions);
        assertEquals(Map.of(), contributions.of(MappingPolicy.class));
        assertEquals(
                java.util.List.of(
                        "plug-in half (half.jar) failed while it registered (IllegalStateException: no licence);"
                                + " nothing of it is used"),
                contributions.problems());
    }

    @Test
    void pluginOfAnotherApiIsRefused() {
        PluginLoader loader = new PluginLoader(Duration.ofSeconds(10));
        IsosPlugin plugin = plugin("new", r -> r.mappingPolicy(policy("x")));
        when(plugin.builtAgainst()).thenReturn(new ApiVersion(7, 3));
        register(plugin, "new.jar", contributions);
        assertEquals(
                java.util.List.of("plug-in new (new.jar) was built against API 7.3, this is API " + ApiVersion.CURRENT
                        + "; it is ignored"),
                contributions.problems());
    }

    @Test
    void samePluginTwiceIsTakenOnce() {
        PluginLoader loader = new PluginLoader(Duration.ofSeconds(10));
        register(plugin("twin", r -> {}), "one.jar", contributions);
        register(plugin("twin", r -> {}), "two.jar", contributions);
        assertEquals(1, contributions.plugins().size());
        assertEquals(
                java.util.List.of("plug-in twin (two.jar) is there twice; the second one is ignored"),
                contributions.problems());
    }

    @Test
    void jarInAFolderSeesTheApiAndNothingElseOfIsos() throws IOException {
        jar("good.jar", "stranger.Stranger", """
                package stranger;
                public class Stranger implements dev.isos.api.plugin.IsosPlugin {
                    public String id() {
                        try {
                            Class.forName("dev.isos.core.IsosPlatform", false, getClass().getClassLoader());
                            return "sees-too-much";
                        } catch (ClassNotFoundException e) {
                            return "stranger";
                        }
                    }
                    public dev.isos.api.plugin.ApiVersion builtAgainst() {
                        return dev.isos.api.plugin.ApiVersion.CURRENT;
                    }
                    public void contribute(dev.isos.api.plugin.Registrar registrar) {
                        registrar.accelerator(new dev.isos.api.accelerator.Accelerator("s", "d", "f", "h", "m"));
                    }
                }
                """);
        jar("unusable.jar", "stranger.Missing", null);
        jar("empty.jar", null, null);
        Files.writeString(folder.resolve("broken.jar"), "no jar at all");
        Contributions found = PluginLoader.load(Optional.of(folder));
        assertTrue(found.hasPlugin("stranger"), () -> found.problems().toString());
        assertTrue(found.hasPlugin("isos-core"));
        assertTrue(found.of(dev.isos.api.accelerator.Accelerator.class).containsKey("s"));
        assertEquals(3, found.problems().size(), () -> found.problems().toString());
        assertTrue(
                found.problems().get(0).contains("broken.jar"), found.problems().get(0));
        assertTrue(
                found.problems().get(1).contains("empty.jar"), found.problems().get(1));
        assertTrue(
                found.problems().get(2).contains("unusable.jar"),
                found.problems().get(2));
    }

    @Test
    void folderThatIsNoneIsBadInput() {
        Path missing = folder.resolve("missing");
        IsosException e = assertThrows(IsosException.class, () -> PluginLoader.load(Optional.of(missing)));
        assertEquals("plug-in folder " + missing + " is not a folder", e.getMessage());
    }

    private void jar(String name, String service, String source) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve(name));
                JarOutputStream jar = new JarOutputStream(out)) {
            if (service != null) {
                jar.putNextEntry(new JarEntry("META-INF/services/" + IsosPlugin.class.getName()));
                jar.write(service.getBytes(StandardCharsets.UTF_8));
            }
            if (source != null) {
                Path java = folder.resolve("Stranger.java");
                Files.writeString(java, source);
                JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
                String api = IsosPlugin.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath();
                assertEquals(0, compiler.run(null, null, null, "-cp", api, "-d", folder.toString(), java.toString()));
                jar.putNextEntry(new JarEntry("stranger/Stranger.class"));
                jar.write(Files.readAllBytes(folder.resolve("stranger/Stranger.class")));
            }
        }
    }

    private static MappingPolicy policy(String id) {
        MappingPolicy policy = mock(MappingPolicy.class);
        when(policy.id()).thenReturn(id);
        return policy;
    }

    private static IsosPlugin plugin(String id, Consumer<Registrar> contributes) {
        IsosPlugin plugin = mock(IsosPlugin.class);
        when(plugin.id()).thenReturn(id);
        when(plugin.version()).thenReturn("1");
        when(plugin.builtAgainst()).thenReturn(ApiVersion.CURRENT);
        doAnswer(call -> {
                    contributes.accept(call.getArgument(0));
                    return null;
                })
                .when(plugin)
                .contribute(org.mockito.ArgumentMatchers.any());
        return plugin;
    }
}
