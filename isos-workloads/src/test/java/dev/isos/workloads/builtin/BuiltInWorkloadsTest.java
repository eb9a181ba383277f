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
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadSource;
import dev.isos.api.workload.WorkloadTotals;
import dev.isos.support.reference.ReferenceExecutor;
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
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInWorkloadsTest {
    /** How far a layer's density may lie from its profile: calibration doesn't correct what is nearer. */
    private static final double DENSITY_TOLERANCE = 0.002;

    /**
     * The same where some channels have few weights or none, so that they are zero everywhere or nowhere: one channel of 128.
     */
    private static final double LUMPY_TOLERANCE = 1.0 / 128;

    private static final Set<String> LUMPY = Set.of("resnet50-98", "resnet50-99", "mobilenetv1-89");

    /** Where it does not matter which one is built. */
    private static final String SMALLEST = "googlenet-58-inception3a";

    private static final Map<String, Workload> BUILT = new ConcurrentHashMap<>();

    private final BuiltInWorkloads source = new BuiltInWorkloads();

    /** All of them, on all processors; those with the usual profile are left to the tests of later modules. */
    @BeforeAll
    static void build(@TempDir Path empty) throws IOException {
        ids().parallelStream()
                .forEach(id -> built(id, id.contains("@") ? Optional.empty() : Optional.of(empty.resolve("kept"))));
        String cache = System.getProperty("isos.testCache");
        if (cache != null) {
            Files.createDirectories(Path.of(cache));
            try (Stream<Path> files = Files.list(empty.resolve("kept"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, Path.of(cache).resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static Workload built(String id, Optional<Path> cache) {
        return BUILT.computeIfAbsent(
                id,
                i -> new BuiltInWorkloads()
                        .create(i, new WorkloadRequest(1, List.of(), Optional.empty(), "none", cache)));
    }

    private static Workload built(String id) {
        return built(id, Optional.empty());
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
                .map(line -> String.join(",", line))
                .findFirst()
                .orElseThrow();
        WorkloadTotals built = WorkloadTotals.of(workload);
        assertEquals(
                expected,
                String.format(
                        Locale.ROOT,
                        "%s,%d,%.6f,%s",
                        id,
                        built.effectualMacs().orElseThrow(),
                        built.activationDensity().orElseThrow(),
                        digest(workload)),
                "what is built has changed: totals.csv, part of every cache key, must too");
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
        WorkloadTotals listed = listed(builtIn.id());
        assertEquals(built.layers(), listed.layers());
        assertEquals(built.parameters(), listed.parameters());
        assertEquals(built.nonZeros(), listed.nonZeros());
        assertEquals(built.denseMacs(), listed.denseMacs());
        if (id.equals(builtIn.id())) {
            assertEquals(built.effectualMacs(), listed.effectualMacs());
            assertEquals(
                    built.activationDensity().orElseThrow(),
                    listed.activationDensity().orElseThrow(),
                    5e-7);
        }
        if (id.equals("vgg16-68@measured")) {
            // Han et al. give, per layer, the share of the dense network's work that is left: 20.7 % of it all.
            assertEquals(0.207, built.effectualMacs().orElseThrow() / (double) built.denseMacs(), 0.01);
        }
    }

    private WorkloadTotals listed(String id) {
        return source.workloads().stream()
                .filter(d -> d.id().equals(id))
                .findFirst()
                .flatMap(WorkloadDescriptor::totals)
                .orElseThrow();
    }

    /** Every workload with each of its profiles. */
    private static List<String> ids() {
        return BuiltIn.all().stream()
                .flatMap(b -> b.family().profiles().stream()
                        .map(p -> p.equals(b.family().profiles().get(0)) ? b.id() : b.id() + "@" + p.name()))
                .toList();
    }

    private static BuiltIn builtIn(String id) {
        return BuiltIn.all().stream()
                .filter(b -> b.id().equals(WorkloadSource.withoutVariant(id)))
                .findFirst()
                .orElseThrow();
    }

    private static DensityProfile profile(String id) {
        BuiltIn builtIn = builtIn(id);
        return builtIn.densities(builtIn.profile(WorkloadSource.variant(id)).orElseThrow());
    }

    private static float scale(Workload workload, int layer) {
        return workload.requantisation(layer).outputScale();
    }

    private static void checkDensities(Workload workload) {
        Map<String, Double> densities = new HashMap<>();
        for (Layer layer : workload.network().layers()) {
            densities.put(
                    layer.name(),
                    workload.reference().get(layer.index()).outputNonZeros()
                            / (double) layer.outputShape().elements());
        }
        double tolerance =
                LUMPY.contains(WorkloadSource.withoutVariant(workload.info().id()))
                        ? LUMPY_TOLERANCE
                        : DENSITY_TOLERANCE;
        Set<String> calibrated = new HashSet<>();
        for (DensityProfile.Entry entry : profile(workload.info().id()).entries()) {
            String tensor = entry.after().orElse(entry.layer());
            if (entry.density().isPresent() && densities.containsKey(tensor)) {
                assertEquals(entry.density().getAsDouble(), densities.get(tensor), tolerance, tensor);
                calibrated.add(entry.layer());
            }
        }
        for (Layer layer : workload.network().layers()) {
            boolean linear = layer.name().equals("fc")
                    || layer.name().equals("fc8")
                    || layer.name().equals("Conv2d_1c_1x1")
                    || layer.name().equals("loss3/classifier")
                    || layer.name().contains("downsample")
                            && workload.info().id().endsWith("@measured");
            if (layer.convolution().isPresent()) {
                assertEquals(!linear, calibrated.contains(layer.name()), layer.name());
            }
        }
        if (workload.info().id().equals("resnet50-98")) {
            assertTrue(calibrated.contains("maxpool"));
        }
    }

    @Test
    void whatIsNotCalibratedInTheModuleIsItsInput() {
        Workload workload = built("googlenet-58-inception3a");
        assertEquals(0.86, workload.input().density(), DENSITY_TOLERANCE);
        assertFalse(workload.signed(Layer.NETWORK_INPUT));
        assertEquals(new FeatureMapShape(192, 28, 28), workload.input().shape());
        // Neighbours in a map of an image are alike: most zeros lie beside zeros, in independent values 14 % would.
        int zeros = 0;
        int beside = 0;
        byte[] values = workload.input().values();
        int channels = 192;
        for (int at = 0; at < values.length - channels; at++) {
            boolean lastRow = at / channels % 28 == 27;
            if (!lastRow && values[at] == 0) {
                zeros++;
                beside += values[at + channels] == 0 ? 1 : 0;
            }
        }
        assertTrue(beside > 0.5 * zeros, beside + " of " + zeros);
    }

    @Test
    void aProfileIsChosenBehindTheId() {
        Workload published = built("resnet50-99");
        Workload named = built("resnet50-99@published");
        assertEquals("resnet50-99@published", named.info().id());
        assertEquals(published.reference(), named.reference());
        Workload measured = built("resnet50-99@measured");
        assertEquals(published.input().sha256(), measured.input().sha256());
        assertNotEquals(published.reference(), measured.reference());
        assertTrue(measured.info().source().contains("Sparseloop"));
        assertFalse(published.info().source().contains("Sparseloop"));
        assertEquals(
                "workload 'resnet50-99@guessed' names an unknown profile of activations; known are 'published' and"
                        + " 'measured'",
                assertThrows(
                                IsosException.class,
                                () -> source.create("resnet50-99@guessed", WorkloadRequest.defaults()))
                        .getMessage());
        assertTrue(source.workloads().get(0).source().contains("@measured behind the id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet50-99", "mobilenetv1-89", "googlenet-58", "googlenet-58-inception3a"})
    void theReferenceIsThatOfAPlainExecution(String id) {
        Workload workload = built(id);
        int[] largest = new int[workload.network().size()];
        assertEquals(workload.reference(), ReferenceExecutor.execute(workload, (layer, output) -> {
            for (byte stored : output.values()) {
                largest[layer.index()] =
                        Math.max(largest[layer.index()], Math.abs(ActivationTensor.decode(stored, output.signed())));
            }
        }));
        DensityProfile profile = profile(id);
        for (Layer layer : workload.network().layers()) {
            boolean coarse = profile.find(layer.name())
                    .filter(e -> e.kind() == DensityProfile.Kind.LINEAR)
                    .filter(e -> e.density().isPresent())
                    .isPresent();
            // 127 is the end of the signed range, 255 that of the unsigned one.
            assertTrue(coarse || largest[layer.index()] >= 120, layer.name() + " uses " + largest[layer.index()]);
        }
        boolean module = id.endsWith("3a");
        assertEquals(!module, workload.signed(workload.network().output().index()));
        assertEquals(!module, workload.signed(Layer.NETWORK_INPUT));
        assertFalse(workload.signed(0));
    }

    @Test
    void oneSeedGivesOneResultOnEveryMachine() {
        Workload first = built("resnet50-99");
        assertEquals(
                "36def506170219520b22618a0568781001d2f21cd8c880fb952fbfd0a2c107e5",
                first.input().sha256());
        assertEquals(
                "19e95f49c1d0053b7e437842053fc9e3f8134b8ec12e23b07b55b138de508e19",
                first.reference().get(first.network().output().index()).outputSha256());
        Workload module = built(SMALLEST);
        Workload again = source.create(SMALLEST, WorkloadRequest.defaults());
        assertEquals(module.reference(), again.reference());
        assertEquals(module.info(), again.info());
        WorkloadRequest other = new WorkloadRequest(2, List.of(), Optional.empty(), "none", Optional.empty());
        assertNotEquals(module.reference(), source.create(SMALLEST, other).reference());
    }

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
        Workload built = source.create(SMALLEST, cached);
        Path file = onlyFile();
        Object written = Files.getLastModifiedTime(file);
        Workload kept = source.create(SMALLEST, cached);
        assertEquals(written, Files.getLastModifiedTime(file));
        assertEquals(built.reference(), kept.reference());
        assertEquals(built.info(), kept.info());
        assertEquals(built.network(), kept.network());
        assertEquals(kept.reference(), ReferenceExecutor.execute(kept));

        byte[] bytes = Files.readAllBytes(file);
        byte[] damaged = bytes.clone();
        damaged[damaged.length / 2] ^= 4;
        Files.write(file, damaged);
        assertEquals(built.reference(), source.create(SMALLEST, cached).reference());
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
        Workload workload = source.create("mobilenetv1-89", request);
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
                        "googlenet-58",
                        "googlenet-58-inception3a"),
                list.stream().map(WorkloadDescriptor::id).toList());
        double[] sparsity = {81.27, 90.23, 95.15, 96.11, 98.05, 98.98, 75.28, 89.01, 74.19, 91.76, 62.91, 58.00};
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
