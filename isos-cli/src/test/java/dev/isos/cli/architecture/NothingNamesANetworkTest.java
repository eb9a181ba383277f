package dev.isos.cli.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Machines, dataflows, mapping policies and accelerators treat all networks alike: none of their code or parameters names one. */
class NothingNamesANetworkTest {
    /** One sparsity of each built-in network; their layers have the same names at every sparsity. */
    private static final List<String> NETWORKS =
            List.of("resnet50-99", "mobilenetv1-89", "vgg16-90", "googlenet-58-inception3a");

    private static final Pattern COMMENT_OR_TEXT =
            Pattern.compile("/\\*.*?\\*/|//[^\\n]*|\"((?:[^\"\\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);

    /** Texts that say where a value comes from may name the networks whose published numbers show it. */
    private static final Pattern SOURCE = Pattern.compile("\\[[A-Z]\\] |ours: ");

    private static Platform isos;
    private static final Set<String> FAMILIES =
            new TreeSet<>(Set.of("resnet", "mobilenet", "vgg", "googlenet", "inception"));
    private static final Set<String> LAYERS = new TreeSet<>();

    @BeforeAll
    static void load() {
        isos = IsosPlatform.load(Optional.empty());
        for (String id : NETWORKS) {
            var workload = isos.workload(id, TestCache.request());
            workload.network().layers().stream().map(Layer::name).forEach(LAYERS::add);
            isos.release(workload);
        }
        isos.workloads().stream().map(WorkloadDescriptor::id).forEach(FAMILIES::add);
    }

    /** Names of networks in the code, and texts that are names of layers, block names included; comments may speak of networks. */
    private static List<String> names(String source) {
        List<String> found = new ArrayList<>();
        Matcher tokens = COMMENT_OR_TEXT.matcher(source);
        StringBuilder code = new StringBuilder();
        while (tokens.find()) {
            String text = tokens.group(1);
            if (text != null && SOURCE.matcher(text).lookingAt()) {
                text = null;
            }
            tokens.appendReplacement(code, Matcher.quoteReplacement(text == null ? " " : '"' + text + '"'));
            if (text != null && namesLayer(text)) {
                found.add(text);
            }
        }
        tokens.appendTail(code);
        String lower = code.toString().toLowerCase(Locale.ROOT);
        FAMILIES.stream().filter(lower::contains).forEach(found::add);
        return found;
    }

    private static boolean namesLayer(String text) {
        return LAYERS.stream().anyMatch(layer -> layer.equals(text) || layer.startsWith(text + "."));
    }

    @Test
    void namesAreFound() {
        assertEquals(List.of("layer3.1"), names("if (name.startsWith(\"layer3.1\")) // the block\n"));
        assertEquals(List.of("resnet"), names("class ResNetRule {}"));
        assertEquals(List.of("vgg", "vgg16-68"), names("id.equals(\"vgg16-68\")"));
        assertEquals(List.of(), names("source(\"[I] the groups of ResNet-50 show it\")"));
        assertEquals(List.of(), names("/** As in ResNet-50: {@code \"layer3.1\"}. */ int a = 1; // VGG\n"));
    }

    @Test
    void noCodeOfTheMachinesNamesANetwork() throws IOException {
        int files = 0;
        List<String> found = new ArrayList<>();
        for (String module : List.of("isos-core", "isos-hw", "isos-baselines")) {
            try (Stream<Path> all = Files.walk(Path.of("..", module, "src", "main"))) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    files++;
                    names(Files.readString(file)).forEach(name -> found.add(file + ": " + name));
                }
            }
        }
        assertTrue(files > 150, files + " files");
        assertEquals(List.of(), found);
    }

    @Test
    void noParameterPolicyOrAcceleratorNamesANetwork() {
        List<String> texts = new ArrayList<>();
        isos.hardware()
                .values()
                .forEach(hardware -> hardware.parameters()
                        .forEach(p -> texts.add(p.key() + "=" + p.defaultText() + " " + p.description())));
        isos.accelerators().values().forEach(a -> texts.add(a.toString()));
        isos.mappingPolicies().values().forEach(p -> texts.add(p.id() + " " + p.description()));
        assertTrue(texts.size() > 50, texts.toString());
        for (String text : texts) {
            FAMILIES.forEach(name -> assertTrue(!text.toLowerCase(Locale.ROOT).contains(name), text));
        }
    }
}
