package dev.isos.workloads.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.reference.ReferenceExecutor;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.calibration.DensityProfile;
import dev.isos.workloads.sparsity.SparsityTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInWorkloadsTest {
    /** How far a layer's density may lie from its profile. */
    private static final double DENSITY_TOLERANCE = 0.01;

    private static Workload sparsest;

    private final BuiltInWorkloads source = new BuiltInWorkloads();

    @BeforeAll
    static void buildTheSparsestOne() {
        sparsest = new BuiltInWorkloads().create("resnet50-99", WorkloadRequest.defaults());
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "resnet50-81, 81.27", "resnet50-90, 90.23", "resnet50-95, 95.15",
        "resnet50-96, 96.11", "resnet50-98, 98.05", "resnet50-99, 98.98"
    })
    void meetsBudgetAndProfileInEveryLayer(String id, String budget) {
        Workload workload = source.create(id, WorkloadRequest.defaults());
        SparsityTable table = SparsityTable.strResNet50();
        checkDensities(workload);
        for (Layer layer : workload.network().layers()) {
            if (layer.convolution().isPresent()) {
                assertEquals(
                        table.nonZeros(layer.name(), budget),
                        workload.filters(layer.index()).nonZeros(),
                        layer.name());
            }
        }
        assertEquals(Double.parseDouble(budget), 100 * (1 - workload.weightDensity()), 0.005);
    }

    private static void checkDensities(Workload workload) {
        DensityProfile profile = DensityProfile.resNet50();
        int calibrated = 0;
        for (Layer layer : workload.network().layers()) {
            if (layer.convolution().isPresent()) {
                OptionalDouble target = profile.entry(layer.name()).density();
                double density = workload.reference().get(layer.index()).outputNonZeros()
                        / (double) layer.outputShape().elements();
                if (target.isPresent()) {
                    assertEquals(target.getAsDouble(), density, DENSITY_TOLERANCE, layer.name());
                    calibrated++;
                }
            }
        }
        assertEquals(49, calibrated);
    }

    @Test
    void theReferenceIsThatOfAPlainExecution() {
        Workload workload = sparsest;
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
        Workload first = sparsest;
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
                List.of("resnet50-81", "resnet50-90", "resnet50-95", "resnet50-96", "resnet50-98", "resnet50-99"),
                list.stream().map(WorkloadDescriptor::id).toList());
        assertEquals(0.8127, list.get(0).weightSparsity());
    }

    @Test
    @SharedData
    void aPhotoMeetsTheProfileToo() {
        Path cat = SharedDataFolder.path("photos/cat_256.png");
        WorkloadRequest photo = new WorkloadRequest(1, List.of(cat), Optional.empty(), "none", Optional.empty());
        Workload workload = source.create("resnet50-98", photo);
        checkDensities(workload);
        assertNotEquals(sparsest.input().sha256(), workload.input().sha256());
    }
}
