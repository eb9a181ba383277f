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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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

    @TempDir
    Path work;

    @Test
    void findsTheCoreOnTheClassPath() {
        Contributions found = PluginLoader.load(Optional.empty());
        assertTrue(found.hasPlugin("isos-core"));
        assertTrue(found.of(MappingPolicy.class).keySet().containsAll(List.of("block", "single")));
        assertEquals(List.of(), sentences(found));
    }

    @Test
    void secondContributionOfAnIdIsRefusedByNameAndTheRestKept() {
        MappingPolicy first = policy("fold");
        Contributions found = PluginLoader.of(List.of(plugin("a", r -> r.mappingPolicy(first)), plugin("b", r -> {
            r.mappingPolicy(policy("fold"));
            r.mappingPolicy(policy("other"));
        })));
        assertSame(first, found.of(MappingPolicy.class).get("fold"));
        assertTrue(found.of(MappingPolicy.class).containsKey("other"));
        assertEquals(
                List.of("plug-in b (given) offers the mapping 'fold' that plug-in a already has; the second one is"
                        + " ignored"),
                sentences(found));
        assertEquals(
                List.of(
                        Map.of(ContributionKind.MAPPING, List.of("fold")),
                        Map.of(ContributionKind.MAPPING, List.of("other"))),
                found.plugins().stream().map(PluginInfo::contributions).toList());
    }

    @Test
    void nothingOfAPluginThatThrowsHalfwayIsKept() {
        Contributions found = PluginLoader.of(List.of(plugin("half", r -> {
            r.mappingPolicy(policy("kept?"));
            throw new IllegalStateException("no licence");
        })));
        assertEquals(Map.of(), found.of(MappingPolicy.class));
        String sentence = "plug-in half (given) failed while it registered (IllegalStateException: no licence);"
                + " nothing of it is used";
        assertEquals(List.of(sentence), sentences(found));
        assertEquals(Optional.of(sentence), found.refusal(ContributionKind.MAPPING, "kept?"));
        assertEquals(Optional.empty(), found.refusal(ContributionKind.MAPPING, "other"));
    }

    @Test
    void pluginOfAnotherApiIsRefused() {
        IsosPlugin plugin = plugin("new", r -> r.mappingPolicy(policy("x")));
        when(plugin.builtAgainst()).thenReturn(new ApiVersion(7, 3));
        assertEquals(
                List.of("plug-in new (given) was built against API 7.3, this is API " + ApiVersion.CURRENT
                        + "; it is ignored"),
                sentences(PluginLoader.of(List.of(plugin))));
    }

    /** A thread in a system call is runnable and uses no processor, as one that the machine gives none. */
    @Test
    void aPluginThatWaitsForAProcessorHasLonger() {
        IsosPlugin slow = plugin("slow", r -> acceptFor(1200));
        assertEquals(List.of(), sentences(PluginLoader.of(List.of(slow), Duration.ofSeconds(1))));
    }

    @Test
    void aPluginThatHangsIsRefusedWhateverItWaitsFor() {
        Duration limit = Duration.ofSeconds(1);
        String refusal = " (given) had not registered after 1 s; nothing of it is used";
        IsosPlugin reads = plugin("reads", r -> acceptFor(0));
        IsosPlugin sleeps = plugin("sleeps", r -> LockSupport.parkNanos(Long.MAX_VALUE));
        assertEquals(
                List.of("plug-in reads" + refusal, "plug-in sleeps" + refusal),
                sentences(PluginLoader.of(List.of(reads, sleeps), limit)));
    }

    /** @param millis 0: for ever */
    private static void acceptFor(int millis) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(millis);
            socket.accept();
        } catch (SocketTimeoutException e) {
            // nobody has called
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void samePluginTwiceIsTakenOnce() {
        Contributions found = PluginLoader.of(List.of(plugin("twin", r -> {}), plugin("twin", r -> {})));
        assertEquals(1, found.plugins().size());
        assertEquals(List.of("plug-in twin (given) is there twice; the second one is ignored"), sentences(found));
    }

    @Test
    void jarInAFolderSeesTheApiAndTheSupportAndNothingElseOfIsos() throws IOException {
        jar("good.jar", "stranger.Stranger", """
                package stranger;
                public class Stranger implements dev.isos.api.plugin.IsosPlugin {
                    public String id() {
                        try {
                            Class.forName("dev.isos.support.machine.OrderedRun", true, getClass().getClassLoader());
                        } catch (ClassNotFoundException e) {
                            return "sees-too-little";
                        }
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
                        registrar.accelerator(new dev.isos.api.accelerator.Accelerator("s", "d", "is-os", "h", "single"));
                    }
                }
                """);
        jar("unusable.jar", "stranger.Missing", null);
        jar("empty.jar", null, null);
        Files.writeString(folder.resolve("broken.jar"), "no jar at all");
        Contributions found = PluginLoader.load(Optional.of(folder));
        assertTrue(found.hasPlugin("stranger"), () -> found.problems().toString());
        assertTrue(found.hasPlugin("isos-core"));
        assertEquals(4, found.problems().size(), () -> found.problems().toString());
        assertTrue(
                sentences(found).get(0).contains("broken.jar"), sentences(found).get(0));
        assertTrue(
                sentences(found).get(1).contains("empty.jar"), sentences(found).get(1));
        assertTrue(
                sentences(found).get(2).contains("unusable.jar"),
                sentences(found).get(2));
        assertEquals(
                "plug-in stranger (" + folder.resolve("good.jar")
                        + ") offers the accelerator 's' with the hardware 'h', which no plug-in in use has; it is ignored",
                sentences(found).get(3));
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
                Path java = work.resolve("Stranger.java");
                Files.writeString(java, source);
                JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
                String api = IsosPlugin.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath();
                assertEquals(0, compiler.run(null, null, null, "-cp", api, "-d", work.toString(), java.toString()));
                jar.putNextEntry(new JarEntry("stranger/Stranger.class"));
                jar.write(Files.readAllBytes(work.resolve("stranger/Stranger.class")));
            }
        }
    }

    private static List<String> sentences(Contributions found) {
        return found.problems().stream().map(PluginProblem::sentence).toList();
    }

    private static MappingPolicy policy(String id) {
        MappingPolicy policy = mock(MappingPolicy.class);
        when(policy.id()).thenReturn(id);
        when(policy.description()).thenReturn("a policy");
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
