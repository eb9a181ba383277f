package dev.isos.workloads.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Concatenation;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.core.reference.ReferenceExecutor;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.calibration.DensityProfile;
import dev.isos.workloads.export.WorkloadFileExporter;
import dev.isos.workloads.sparsity.CsvResource;
import dev.isos.workloads.sparsity.SparsityTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInWorkloadsTest {
    /** How far a layer's density may lie from its profile. */
    private static final double DENSITY_TOLERANCE = 0.01;

    private static final Map<String, Workload> BUILT = new HashMap<>();

    private final BuiltInWorkloads source = new BuiltInWorkloads();

    private static Workload built(String id) {
        return BUILT.computeIfAbsent(id, i -> new BuiltInWorkloads().create(i, WorkloadRequest.defaults()));
    }

    @AfterAll
    static void forget() {
        BUILT.clear();
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("ids")
    void meetsBudgetAndProfileInEveryLayerAndTheListedTotals(String id) {
        Workload workload = built(id);
        String expected = CsvResource.read(BuiltInWorkloads.class, "totals.csv").stream()
                .filter(line -> line.get(0).equals(id))
                .map(line -> line.get(3))
                .findFirst()
                .orElseThrow();
        assertEquals(
                expected, digest(workload), "what is built has changed: totals.csv, part of every cache key, must too");
        BuiltIn builtIn = builtIn(id);
        SparsityTable table = SparsityTable.read(builtIn.family().sparsity());
        checkDensities(workload);
        for (Layer layer : workload.network().layers()) {
            if (layer.convolution().isPresent()) {
                assertEquals(
                        table.nonZeros(layer.name(), builtIn.budget()),
                        workload.filters(layer.index()).nonZeros(),
                        layer.name());
            } else if (layer.op() instanceof Concatenation) {
                for (int part : layer.inputs()) {
                    assertEquals(scale(workload, layer.index()), scale(workload, part), layer.name());
                }
            }
        }
        WorkloadDescriptor descriptor = source.workloads().stream()
                .filter(d -> d.id().equals(id))
                .findFirst()
                .orElseThrow();
        assertEquals(1 - workload.weightDensity(), descriptor.weightSparsity(), 1e-12);
        WorkloadTotals listed = descriptor.totals().orElseThrow();
        WorkloadTotals built = WorkloadTotals.of(workload);
        assertEquals(built.layers(), listed.layers());
        assertEquals(built.parameters(), listed.parameters());
        assertEquals(built.nonZeros(), listed.nonZeros());
        assertEquals(built.denseMacs(), listed.denseMacs());
        assertEquals(built.effectualMacs(), listed.effectualMacs());
        assertEquals(
                built.activationDensity().orElseThrow(),
                listed.activationDensity().orElseThrow(),
                5e-7);
        if (id.equals("vgg16-68")) {
            // Han et al. give, per layer, the share of the dense network's work that is left: 20.7 % of it all.
            assertEquals(0.207, built.effectualMacs().orElseThrow() / (double) built.denseMacs(), 0.01);
        }
    }

    private static List<String> ids() {
        return BuiltIn.all().stream().map(BuiltIn::id).toList();
    }

    private static BuiltIn builtIn(String id) {
        return BuiltIn.all().stream().filter(b -> b.id().equals(id)).findFirst().orElseThrow();
    }

    private static float scale(Workload workload, int layer) {
        return workload.requantisation(layer).outputScale();
    }

    private static void checkDensities(Workload workload) {
        DensityProfile profile =
                DensityProfile.read(builtIn(workload.info().id()).family().densities());
        Map<String, Double> densities = new HashMap<>();
        for (Layer layer : workload.network().layers()) {
            densities.put(
                    layer.name(),
                    workload.reference().get(layer.index()).outputNonZeros()
                            / (double) layer.outputShape().elements());
        }
        int linear = 0;
        for (DensityProfile.Entry entry : profile.entries()) {
            if (entry.density().isPresent()) {
                assertEquals(
                        entry.density().getAsDouble(),
                        densities.get(entry.after().orElse(entry.layer())),
                        DENSITY_TOLERANCE,
                        entry.layer());
            } else {
                linear++;
            }
        }
        // The classifier, and of ResNet-50 the shortcuts.
        assertEquals(workload.network().name().equals(ResNet50.NAME) ? 5 : 1, linear);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet50-99", "mobilenetv1-89", "googlenet-58"})
    void theReferenceIsThatOfAPlainExecution(String id) {
        Workload workload = built(id);
        int[] largest = new int[workload.network().size()];
        assertEquals(workload.reference(), ReferenceExecutor.execute(workload, (layer, output) -> {
            for (byte stored : output.values()) {
                largest[layer.index()] =
                        Math.max(largest[layer.index()], Math.abs(ActivationTensor.decode(stored, output.signed())));
            }
        }));
        for (Layer layer : workload.network().layers()) {
            // 127 is the end of the signed range, 255 that of the unsigned one.
            assertTrue(largest[layer.index()] >= 120, layer.name() + " uses " + largest[layer.index()]);
        }
        Layer classifier = workload.network().output();
        assertTrue(workload.signed(classifier.index()));
        assertTrue(workload.signed(Layer.NETWORK_INPUT));
        assertFalse(workload.signed(0));
    }

    @Test
    void oneSeedGivesOneResultOnEveryMachine() {
        Workload first = built("resnet50-99");
        assertEquals(
                "36def506170219520b22618a0568781001d2f21cd8c880fb952fbfd0a2c107e5",
                first.input().sha256());
        assertEquals(
                "eaa6e1b5d02591f663d78521a10a366b751a654cf9a86f6092cbb36d328b038d",
                first.reference().get(first.network().output().index()).outputSha256());
        Workload again = source.create("resnet50-99", WorkloadRequest.defaults());
        assertEquals(first.reference(), again.reference());
        assertEquals(first.info(), again.info());
        WorkloadRequest other = new WorkloadRequest(2, List.of(), Optional.empty(), "none", Optional.empty());
        assertNotEquals(first.reference(), source.create("resnet50-99", other).reference());
    }

    /** Over all layers. */
    /** Of everything that a workload file holds, on any machine. */
    private static String digest(Workload workload) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            new WorkloadFileExporter().write(workload, new DigestOutputStream(OutputStream.nullOutputStream(), sha));
            return HexFormat.of().formatHex(sha.digest()).substring(0, 32);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void comesFromTheCacheTheSecondTime() throws IOException {
        WorkloadRequest cached =
                new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.of(folder.resolve("new/cache")));
        Workload built = source.create("resnet50-99", cached);
        Path file = onlyFile();
        Object written = Files.getLastModifiedTime(file);
        Workload kept = source.create("resnet50-99", cached);
        assertEquals(written, Files.getLastModifiedTime(file));
        assertEquals(built.reference(), kept.reference());
        assertEquals(built.info(), kept.info());
        assertEquals(built.network(), kept.network());
        assertEquals(kept.reference(), ReferenceExecutor.execute(kept));

        byte[] bytes = Files.readAllBytes(file);
        byte[] damaged = bytes.clone();
        damaged[damaged.length / 2] ^= 4;
        Files.write(file, damaged);
        assertEquals(built.reference(), source.create("resnet50-99", cached).reference());
        assertEquals(-1, java.util.Arrays.mismatch(bytes, Files.readAllBytes(onlyFile())));
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder.resolve("new/cache"))) {
            List<Path> found = files.toList();
            assertEquals(1, found.size());
            return found.get(0);
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        String unknown = assertThrows(
                        IsosException.class, () -> source.create("resnet50-97", WorkloadRequest.defaults()))
                .getMessage();
        assertTrue(unknown.contains("resnet50-98"), unknown);
        WorkloadRequest pruned = new WorkloadRequest(1, List.of(), Optional.empty(), "magnitude:0.9", Optional.empty());
        assertThrows(IsosException.class, () -> source.create("resnet50-99", pruned));
        Path missing = folder.resolve("none.png");
        WorkloadRequest two =
                new WorkloadRequest(1, List.of(missing, missing), Optional.empty(), "none", Optional.empty());
        assertThrows(IsosException.class, () -> source.create("resnet50-99", two));
        WorkloadRequest one = new WorkloadRequest(1, List.of(missing), Optional.empty(), "none", Optional.empty());
        assertTrue(assertThrows(IsosException.class, () -> source.create("resnet50-99", one))
                .getMessage()
                .contains("none.png"));
    }

    @Test
    void anImageOfOneColourIsAnInputToo() throws IOException {
        BufferedImage black = new BufferedImage(30, 20, BufferedImage.TYPE_3BYTE_BGR);
        Path file = folder.resolve("black.png");
        assertTrue(ImageIO.write(black, "png", file.toFile()));
        // Without means every input is zero, and all that remains are the offsets of the channels.
        Preprocessing raw = new Preprocessing(List.of(0.0), List.of(1.0), Preprocessing.ChannelOrder.RGB);
        WorkloadRequest request = new WorkloadRequest(1, List.of(file), Optional.of(raw), "none", Optional.empty());
        Workload workload = source.create("resnet50-99", request);
        assertEquals(0, workload.input().nonZeros());
        assertEquals(workload.reference(), ReferenceExecutor.execute(workload));
        assertEquals(0, workload.reference().get(0).effectualMacs());
    }

    @Test
    void listsItsWorkloads() {
        List<WorkloadDescriptor> list = source.workloads();
        assertEquals(
                List.of(
                        "resnet50-81",
                        "resnet50-90",
                        "resnet50-95",
                        "resnet50-96",
                        "resnet50-98",
                        "resnet50-99",
                        "mobilenetv1-75",
                        "mobilenetv1-89",
                        "vgg16-68",
                        "vgg16-90",
                        "googlenet-58"),
                list.stream().map(WorkloadDescriptor::id).toList());
        double[] sparsity = {81.27, 90.23, 95.15, 96.11, 98.05, 98.98, 75.28, 89.01, 92.39, 94.80, 62.91};
        for (int i = 0; i < sparsity.length; i++) {
            assertEquals(sparsity[i], 100 * list.get(i).weightSparsity(), 0.005);
            assertTrue(list.get(i).description().contains(String.format(Locale.ROOT, "%.2f %%", sparsity[i])));
        }
    }

    @Test
    void theDocumentationHasTheSameNumbers() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/workloads.md"));
        for (WorkloadDescriptor d : source.workloads()) {
            WorkloadTotals t = d.totals().orElseThrow();
            String row = String.format(
                    Locale.ROOT,
                    "| `%s` | %d | %,d | %,d | %.2f %% | %,d | %,d | %.1f %% |",
                    d.id(),
                    t.layers(),
                    t.parameters(),
                    t.nonZeros(),
                    100 * d.weightSparsity(),
                    t.denseMacs(),
                    t.effectualMacs().orElseThrow(),
                    100 * t.activationDensity().orElseThrow());
            assertTrue(lines.contains(row), row);
        }
    }

    @Test
    @SharedData
    void aPhotoMeetsTheProfileToo() {
        Path cat = SharedDataFolder.path("photos/cat_256.png");
        WorkloadRequest photo = new WorkloadRequest(1, List.of(cat), Optional.empty(), "none", Optional.empty());
        Workload workload = source.create("resnet50-98", photo);
        checkDensities(workload);
        assertNotEquals(built("resnet50-99").input().sha256(), workload.input().sha256());
    }
}
