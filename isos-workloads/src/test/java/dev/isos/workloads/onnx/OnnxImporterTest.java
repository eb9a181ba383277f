package dev.isos.workloads.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.random.SplitMix;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Preprocessing.ChannelOrder;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.export.WorkloadFileExporter;
import dev.isos.workloads.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.sparsity.CsvResource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The importer from the outside: what it says of a model, and how it refuses one. */
class OnnxImporterTest {
    @TempDir
    private Path folder;

    private final OnnxImporter importer = new OnnxImporter();

    /** A residual block and a classifier, the shape of real networks in small. */
    static TestModel small() {
        return new TestModel(13, 7, 1, 3, 8, 8)
                .weights("w1", 4, 3, 3, 3)
                .weights("b1", 4)
                .node("Conv", "c1", List.of("x", "w1", "b1"), Map.of("pads", new long[] {1, 1, 1, 1}))
                .node("Relu", "r1", "c1")
                .weights("w2", 4, 4, 3, 3)
                .node("Conv", "c2", List.of("r1", "w2"), Map.of("pads", new long[] {1, 1, 1, 1}))
                .node("Add", "s", "c2", "r1")
                .node("Relu", "r2", "s")
                .node("MaxPool", "p", List.of("r2"), Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {
                    2, 2
                }))
                .node("Concat", "k", List.of("p", "p"), Map.of("axis", 1))
                .node("Flatten", "f", "k")
                .weights("w3", 5, 128)
                .node("Gemm", "y", List.of("f", "w3"), Map.of("transB", 1));
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private IsosException refused(Path file, WorkloadRequest request) {
        return assertThrows(IsosException.class, () -> importer.load(file, request));
    }

    @Test
    void saysWhatItDid() throws IOException {
        Path file = write("tiny.net.onnx", small().bytes());
        Workload workload = importer.load(file, WorkloadRequest.defaults());
        assertEquals("tiny.net", workload.info().id());
        assertEquals(1, workload.info().seed());
        String source = workload.info().source();
        assertTrue(source.contains("tiny.net.onnx"), source);
        assertTrue(source.contains("a generated image"), source);
        assertTrue(source.contains("the imagenet preset, since none was given"), source);
        assertFalse(source.contains(folder.toString()), source);
        assertEquals(5, workload.network().size());
        assertTrue(workload.hasReference());
        assertEquals(8, workload.network().output().filterShape().inputChannels());
        assertEquals(4, workload.network().output().filterShape().rows());
    }

    @Test
    void sameRequestSameWorkload() throws IOException {
        Path file = write("m.onnx", small().bytes());
        Workload first = importer.load(file, WorkloadRequest.defaults());
        Workload second = importer.load(file, WorkloadRequest.defaults());
        assertEquals(first.reference(), second.reference());
        WorkloadRequest other = new WorkloadRequest(2, List.of(), Optional.empty(), "none", Optional.empty());
        assertFalse(first.reference().equals(importer.load(file, other).reference()));
    }

    @Test
    void preprocessingOfTheRequestIsUsed() throws IOException {
        Path file = write("m.onnx", small().bytes());
        Preprocessing plain = new Preprocessing(List.of(0.0), List.of(1.0), ChannelOrder.BGR);
        WorkloadRequest request = new WorkloadRequest(1, List.of(), Optional.of(plain), "none", Optional.empty());
        Workload workload = importer.load(file, request);
        assertTrue(workload.info().inputScale() > 0.5f, "pixels up to 255 are not normalised");
        assertTrue(workload.info().source().contains("(pixel - [0.0]) * [1.0] in BGR order"));
    }

    @Test
    void imagesNeedThreeChannels() throws IOException {
        TestModel grey =
                new TestModel(13, 7, 1, 1, 8, 8).weights("w", 2, 1, 3, 3).node("Conv", "y", "x", "w");
        Path file = write("grey.onnx", grey.bytes());
        assertEquals(
                1,
                importer.load(file, WorkloadRequest.defaults()).input().shape().channels());
        WorkloadRequest photo =
                new WorkloadRequest(1, List.of(folder.resolve("a.png")), Optional.empty(), "none", Optional.empty());
        assertEquals(
                file + ": images were given, but the model's input has shape 1x8x8, expected 3 channels",
                refused(file, photo).getMessage());
    }

    @Test
    void prunesToExactCounts() throws IOException {
        Path file = write("m.onnx", small().bytes());
        WorkloadRequest request =
                new WorkloadRequest(1, List.of(), Optional.empty(), "magnitude:0.75", Optional.empty());
        Workload workload = importer.load(file, request);
        assertTrue(workload.info().source().contains("pruned by magnitude to a sparsity of 0.75 in every layer"));
        long[] total = {4 * 27, 4 * 36, 5 * 128};
        long[] nonZeros = workload.parameters().stream()
                .flatMap(p -> p.filters().stream())
                .mapToLong(f -> f.nonZeros())
                .toArray();
        for (int i = 0; i < total.length; i++) {
            assertEquals(total[i] - Math.round(0.75 * total[i]), nonZeros[i], "layer " + i);
        }
        WorkloadRequest wrong = new WorkloadRequest(1, List.of(), Optional.empty(), "half", Optional.empty());
        assertTrue(
                refused(file, wrong).getMessage().startsWith("pruning 'half' is unknown, expected none, magnitude:"));
    }

    @Test
    void secondImportComesFromTheCache() throws IOException {
        Path file = write("m.onnx", small().bytes());
        Path cache = folder.resolve("cache");
        WorkloadRequest request = new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.of(cache));
        Workload first = importer.load(file, request);
        List<Path> entries;
        try (Stream<Path> list = Files.list(cache)) {
            entries = list.toList();
        }
        assertEquals(1, entries.size());
        byte[] kept = Files.readAllBytes(entries.get(0));
        Workload second = importer.load(file, request);
        assertEquals(first.reference(), second.reference());
        assertEquals(first.info(), second.info());
        assertEquals(true, Arrays.equals(kept, Files.readAllBytes(entries.get(0))));
        importer.load(
                file,
                new WorkloadRequest(1, List.of(), Optional.empty(), "nm:1:2", Optional.of(cache), "percentile:99"));
        try (Stream<Path> list = Files.list(cache)) {
            assertEquals(2, list.count(), "another pruning is another workload");
        }
    }

    private static TestModel external(String location, String... more) {
        TensorProto.Builder weights = TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(2)
                .addDims(3)
                .addDims(1)
                .addDims(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location));
        for (int i = 0; i < more.length; i += 2) {
            weights.addExternalData(
                    StringStringEntryProto.newBuilder().setKey(more[i]).setValue(more[i + 1]));
        }
        return new TestModel(13, 7, 1, 3, 8, 8).tensor(weights.build()).node("Conv", "y", "x", "w");
    }

    @Test
    void weightsInAFileBesideTheModel() throws IOException {
        float[] values = {1, -2, 3, -4, 5, -6};
        ByteBuffer data = ByteBuffer.allocate(4 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0);
        for (float value : values) {
            data.putFloat(value);
        }
        Files.createDirectories(folder.resolve("sub"));
        write("sub/weights.bin", data.array());
        Path file = write(
                "m.onnx",
                external("sub/weights.bin", "offset", "4", "length", "24").bytes());
        Path inside = write(
                "inside.onnx",
                new TestModel(13, 7, 1, 3, 8, 8)
                        .floats("w", values, 2, 3, 1, 1)
                        .node("Conv", "y", "x", "w")
                        .bytes());
        WorkloadRequest cached =
                new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.of(folder.resolve("cache")));
        Workload workload = importer.load(file, cached);
        assertEquals(importer.load(inside, cached).reference(), workload.reference());
        // Other data in the same model is another workload.
        data.putFloat(4, 0f);
        write("sub/weights.bin", data.array());
        assertEquals(workload.weightNonZeros() - 1, importer.load(file, cached).weightNonZeros());
    }

    @Test
    void dataOutsideTheFolderIsRefused() throws IOException {
        Path inner = Files.createDirectories(folder.resolve("inner"));
        write("secret.bin", new byte[24]);
        Files.createSymbolicLink(inner.resolve("link.bin"), folder.resolve("secret.bin"));
        Files.write(inner.resolve("short.bin"), new byte[20]);
        Map<String, String> complaints = new java.util.TreeMap<>(Map.of(
                "../secret.bin",
                "', expected a file in the folder of the model or below",
                folder.resolve("secret.bin").toString(),
                "', expected a file in the folder of the model or below",
                "link.bin",
                "', a link that leads out of the folder of the model",
                "none.bin",
                "', which does not exist"));
        for (Map.Entry<String, String> entry : complaints.entrySet()) {
            Path file = Files.write(
                    inner.resolve("m.onnx"), external(entry.getKey()).bytes());
            String message = refused(file, WorkloadRequest.defaults()).getMessage();
            assertTrue(message.startsWith(file + ": initialiser w keeps its data in '"), message);
            assertTrue(message.endsWith(entry.getValue()), message);
        }
        Path file = Files.write(inner.resolve("m.onnx"), external("short.bin").bytes());
        assertEquals(
                file + ": initialiser w has its data at 0 of short.bin, which has only 20 bytes",
                refused(file, WorkloadRequest.defaults()).getMessage());
        file = Files.write(
                inner.resolve("m.onnx"), external("short.bin", "length", "12").bytes());
        assertEquals(
                file + ": initialiser w has 12 bytes of external data, expected 24 for its dimensions",
                refused(file, WorkloadRequest.defaults()).getMessage());
    }

    @Test
    void percentileCutsOffWhatIsRare() throws IOException {
        Path file = write("m.onnx", small().bytes());
        WorkloadRequest d = WorkloadRequest.defaults();
        WorkloadRequest cut =
                new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.empty(), "percentile:95");
        float whole = importer.load(file, d).requantisation(0).outputScale();
        Workload workload = importer.load(file, cut);
        assertTrue(workload.requantisation(0).outputScale() < 0.9f * whole);
        assertTrue(workload.info().source().contains("the 95.0th percentile of non-zero magnitudes"));
        WorkloadRequest wrong =
                new WorkloadRequest(1, List.of(), Optional.empty(), "none", Optional.empty(), "percentile:30");
        assertTrue(refused(file, wrong).getMessage().startsWith("calibration 'percentile:30' is unknown, expected"));
    }

    @Test
    void declinesByNameOrContent() throws IOException {
        assertTrue(importer.declines(Path.of("anything.ONNX")).isEmpty());
        assertTrue(importer.declines(write("model.bin", small().bytes())).isEmpty());
        assertTrue(importer.declines(write("text.txt", "hello".getBytes())).isPresent());
        assertTrue(importer.declines(folder).isPresent());
        assertTrue(importer.declines(Path.of("/")).isPresent());
    }

    @Test
    void unreadableFiles() throws IOException {
        Path missing = folder.resolve("missing.onnx");
        assertEquals(
                missing + ": the file does not exist",
                refused(missing, WorkloadRequest.defaults()).getMessage());
        Path empty = write("empty.onnx", new byte[0]);
        assertEquals(
                empty + ": the file is empty, expected an ONNX model",
                refused(empty, WorkloadRequest.defaults()).getMessage());
        byte[] model = small().bytes();
        Path truncated = write("truncated.onnx", Arrays.copyOf(model, model.length / 2));
        assertEquals(
                truncated + ": the file is truncated, damaged or not an ONNX model",
                refused(truncated, WorkloadRequest.defaults()).getMessage());
        Path huge = folder.resolve("huge.onnx");
        try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
            sparse.setLength(Runtime.getRuntime().maxMemory() / 2);
        }
        String tooLarge = refused(huge, WorkloadRequest.defaults()).getMessage();
        assertTrue(
                tooLarge.startsWith(huge + ": the file has ") && tooLarge.endsWith(" that Java was given"), tooLarge);
        IsosException folderGiven = refused(folder, WorkloadRequest.defaults());
        assertEquals(ErrorCode.BAD_INPUT, folderGiven.code());
    }

    private static TestModel x() {
        return new TestModel(13, 7, 1, 3, 8, 8);
    }

    static Stream<Arguments> refusals() {
        TensorProto.Builder external = TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(4)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        TensorProto.Builder truncated = TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(4)
                .setRawData(ByteString.copyFrom(new byte[12]));
        TensorProto.Builder huge = TensorProto.newBuilder()
                .setName("w")
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(1L << 31)
                .addDims(1L << 33)
                .setRawData(ByteString.copyFrom(new byte[4]));
        return Stream.of(
                Arguments.of(
                        "node y_node (LSTM, opset 13) has an operator that is not supported; unroll the recurrence into"
                                + " matrix products, or cut the model before it",
                        x().node("LSTM", "y", "x")),
                Arguments.of("the model uses operator set 6, expected 7..25", new TestModel(6, 7, 1, 3, 8, 8)),
                Arguments.of("the model uses operator set 99, expected 7..25", new TestModel(99, 7, 1, 3, 8, 8)),
                Arguments.of(
                        "input x has batch size 65, expected 1..64 or a dynamic one, which is taken as 1",
                        new TestModel(13, 7, 65, 3, 8, 8).node("Relu", "y", "x")),
                Arguments.of(
                        "input x has a dynamic dimension 2, expected fixed channels, height and width",
                        new TestModel(13, 7, 1, 3, -1, 8).node("Relu", "y", "x")),
                Arguments.of(
                        "input x has 5 dimensions, expected N x C x H x W",
                        new TestModel(13, 7, 1, 3, 8, 8, 8).node("Relu", "y", "x")),
                Arguments.of(
                        "input x has shape 60000x60000x60000, at most 67108864 elements are supported",
                        new TestModel(13, 7, 1, 60000, 60000, 60000).node("Relu", "y", "x")),
                Arguments.of(
                        "node y_node (Relu, opset 13) reads tensor nowhere, which nothing gives",
                        x().node("Relu", "y", "nowhere")),
                Arguments.of(
                        "node a_node (Relu, opset 13) depends on its own output, expected a graph without cycles",
                        x().node("Relu", "a", "b").node("Relu", "b", "a").node("Add", "y", "x", "b")),
                Arguments.of(
                        "node a_node_1 (Relu, opset 13) writes tensor a, which something else gives as well",
                        x().node("Relu", "a", "x").node("Relu", "a", "x").node("Relu", "y", "a")),
                Arguments.of("output y is written by no node", x().node("Relu", "a", "x")),
                Arguments.of(
                        "initialiser w keeps its data in '', expected a file in the folder of the model or below",
                        x().tensor(external.build()).node("Conv", "y", "x", "w")),
                Arguments.of(
                        "initialiser w has 12 bytes of data, expected 16 for 4 elements of type FLOAT",
                        x().tensor(truncated.build()).node("Conv", "y", "x", "w")),
                Arguments.of(
                        "initialiser w has elements of type FLOAT6E3M2, expected floating-point numbers or integers of at"
                                + " least 8 bits",
                        x().integers("w", TensorProto.DataType.FLOAT6E3M2_VALUE, new int[] {1})
                                .node("Conv", "y", "x", "w")),
                Arguments.of(
                        "initialiser w has dimension 2147483648, expected 0..2147483647",
                        x().tensor(huge.build()).node("Conv", "y", "x", "w")),
                Arguments.of(
                        "node y_node (Conv, opset 13) has weights of 3 dimensions for an input of 4, expected K x C x R x S over maps"
                                + " or K x C x S over signals",
                        x().weights("w", 2, 3, 3).node("Conv", "y", "x", "w")),
                Arguments.of(
                        "node y_node (Conv, opset 13) has 1 groups and weights for 2 channels each, but its input has 3",
                        x().weights("w", 2, 2, 3, 3).node("Conv", "y", "x", "w")),
                Arguments.of(
                        "node y_node (Conv, opset 13) has a window of 9x9 that does not fit its input of 3x8x8",
                        x().weights("w", 2, 3, 9, 9).node("Conv", "y", "x", "w")),
                Arguments.of(
                        "node y_node (Conv, opset 13) has -1 in attribute pads, expected 0..4096",
                        x().weights("w", 2, 3, 3, 3)
                                .node("Conv", "y", List.of("x", "w"), Map.of("pads", new long[] {0, 0, -1, 0}))),
                Arguments.of(
                        "node y_node (Conv, opset 13) has 3 values in attribute strides, expected 2",
                        x().weights("w", 2, 3, 3, 3)
                                .node("Conv", "y", List.of("x", "w"), Map.of("strides", new long[] {1, 1, 1}))),
                Arguments.of(
                        "node y_node (Pad, opset 13) gives a tensor of 67108867x8x8, expected positive dimensions and at"
                                + " most 67108864 elements",
                        x().integers("p", 0, 0, 0, 0, 0, 1L << 26, 0, 0).node("Pad", "y", "x", "p")),
                Arguments.of(
                        "node y_node (MaxPool, opset 13) has no attribute kernel_shape", x().node("MaxPool", "y", "x")),
                Arguments.of(
                        "node y_node (Gemm, opset 13) has weights for 9 inputs, but gets [1, 192]",
                        x().node("Flatten", "f", "x").weights("w", 9, 2).node("Gemm", "y", "f", "w")),
                Arguments.of(
                        "the model has no convolution, pooling or matrix product to simulate",
                        x().node("Softmax", "y", List.of("x"), Map.of("axis", 1))),
                Arguments.of(
                        "node a_node (LSTM, opset 13) has an operator that is not supported; unroll the recurrence into"
                                + " matrix products, or cut the model before it; node c_node (Einsum, opset 13) has an"
                                + " operator that is not supported; replace it by operators of docs/importers.md, or cut"
                                + " the model before it; node m_node (MaxPool, opset 13) has no attribute kernel_shape",
                        x().node("LSTM", "a", "x")
                                .node("Relu", "b", "a")
                                .node("Einsum", "c", "b")
                                .node("MaxPool", "m", "x")
                                .node("Add", "y", "c", "m")),
                Arguments.of(
                        "node a_node (InstanceNormalization, opset 13) has an operator that is not supported; it takes"
                                + " mean and deviation over the positions of each image; use BatchNormalization, or"
                                + " LayerNormalization over the channels, or cut the model before it; node g_node"
                                + " (GroupNormalization, opset 13) has an operator that is not supported; it takes mean"
                                + " and deviation over the positions of each image; use BatchNormalization, or"
                                + " LayerNormalization over the channels, or cut the model before it",
                        x().weights("s", 3)
                                .weights("b", 3)
                                .node("InstanceNormalization", "a", "x", "s", "b")
                                .node("GroupNormalization", "g", List.of("x", "s", "b"), Map.of("num_groups", 3))
                                .node("Add", "y", "a", "g")),
                Arguments.of(
                        "node c_node (Conv, opset 13) has weights or biases that are not finite numbers",
                        x().floats("w", new float[] {1, Float.NaN, 1}, 1, 3, 1, 1)
                                .node("Conv", "c", "x", "w")
                                .node("Relu", "y", "c")),
                Arguments.of(
                        "node y_node (Attention, opset 23) has a mask, a cache, a cap or further outputs, expected query, key"
                                + " and value alone",
                        new TestModel(23, 5, 1, 12, 16)
                                .node("Relu", "r", "x")
                                .node(
                                        "Attention",
                                        "y",
                                        List.of("r", "r", "r"),
                                        Map.of("q_num_heads", 2, "kv_num_heads", 2, "is_causal", 1))),
                Arguments.of(
                        "node y_node/z_node (local.F, opset 13) is a call of a function in its own body, expected functions"
                                + " without recursion",
                        x().node("F", "z", "a")
                                .local()
                                .function("F", List.of("a"), List.of("z"))
                                .node("F", "y", "x")
                                .local()),
                Arguments.of(
                        "node y_node (local.F, opset 13) has 2 inputs and 1 outputs, its function has 1 and 1",
                        x().node("Relu", "z", "a")
                                .function("F", List.of("a"), List.of("z"))
                                .node("F", "y", "x", "x")
                                .local()),
                Arguments.of(
                        "node y_node/z_node (LSTM, opset 13) has an operator that is not supported; unroll the recurrence into"
                                + " matrix products, or cut the model before it",
                        x().node("LSTM", "z", "a")
                                .function("F", List.of("a"), List.of("z"))
                                .node("F", "y", "x")
                                .local()));
    }

    /** Each function calls the one before twice, so that the last has as many nodes as there are grains on a chessboard. */
    @Test
    void functionsOfTooManyNodesAreRefused() throws IOException {
        TestModel model = x().node("Relu", "z", "a").function("F0", List.of("a"), List.of("z"));
        for (int i = 1; i <= 64; i++) {
            String before = "F" + (i - 1);
            model.node(before, "b", "a").local().node(before, "z", "b").local();
            model.function("F" + i, List.of("a"), List.of("z"));
        }
        Path file = write("chessboard.onnx", model.node("F64", "y", "x").local().bytes());
        String message = refused(file, WorkloadRequest.defaults()).getMessage();
        assertTrue(
                message.endsWith(
                        "is one call too many, expected at most 200000 nodes in all functions and calls at most 100"
                                + " deep"),
                message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refusesInOneSentence(String sentence, TestModel model) throws IOException {
        Path file = write("bad.onnx", model.bytes());
        assertEquals(
                file + ": " + sentence,
                refused(file, WorkloadRequest.defaults()).getMessage());
    }

    /** Damaged files: whatever is in them, only the declared exception comes out, soon and with little memory. */
    @Test
    void damagedFilesAreRefusedOrImported() {
        List<byte[]> models = Stream.concat(
                        Stream.of(small()), OperatorsTest.patterns().map(pattern -> (TestModel) pattern.get()[1]))
                .map(TestModel::bytes)
                .toList();
        int refused = 0;
        int imported = 0;
        for (long seed = 1; seed <= 2500; seed++) {
            SplitMix random = new SplitMix(seed);
            byte[] damaged = damage(models.get(random.between(0, models.size() - 1)), random);
            try {
                Path file = write("damaged.onnx", damaged);
                Workload workload = importer.load(file, WorkloadRequest.defaults());
                assertTrue(workload.hasReference());
                imported++;
            } catch (IsosException e) {
                assertFalse(e.getMessage().contains("more memory"), "seed " + seed + ": " + e.getMessage());
                assertFalse(e.getMessage().contains("\n"), "seed " + seed + ": " + e.getMessage());
                assertTrue(e.getMessage().startsWith(folder.toString()), "seed " + seed + ": " + e.getMessage());
                refused++;
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(refused > 250 && imported > 250, refused + " refused, " + imported + " imported");
    }

    /** Flips bits, truncates, deletes, overwrites; mostly near both ends, where graph and input are, not the weights. */
    private static byte[] damage(byte[] model, SplitMix random) {
        byte[] damaged = model.clone();
        int changes = random.between(1, 4);
        for (int i = 0; i < changes; i++) {
            int last = damaged.length - 1;
            int at = switch (random.between(0, 4)) {
                case 0 -> random.between(0, last);
                case 1 -> last - random.between(0, Math.min(last, 60));
                default -> random.between(0, Math.min(last, 500));
            };
            switch (random.between(0, 9)) {
                case 0 -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
                case 1, 2 -> {
                    int end = Math.min(damaged.length, at + random.between(1, 8));
                    byte[] shorter = new byte[Math.max(1, damaged.length - (end - at))];
                    System.arraycopy(damaged, 0, shorter, 0, Math.min(at, shorter.length));
                    System.arraycopy(damaged, end, shorter, at, damaged.length - end);
                    damaged = shorter;
                }
                case 3, 4, 5 -> damaged[at] = (byte) random.nextLong();
                default -> damaged[at] ^= (byte) (1 << random.between(0, 7));
            }
        }
        return damaged;
    }

    @Test
    void rangesCoverAllImagesAndTheFirstIsTheInput() throws IOException {
        TestModel model =
                new TestModel(13, 3, 1, 3, 8, 8).weights("w", 4, 3, 1, 1).node("Conv", "y", "x", "w");
        Path file = Files.write(folder.resolve("two.onnx"), model.bytes());
        List<Path> images = new ArrayList<>();
        for (int grey : new int[] {110, 250}) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 64; i++) {
                image.setRGB(i % 8, i / 8, (grey - i % 8) * 0x010101);
            }
            Path png = folder.resolve(grey + ".png");
            ImageIO.write(image, "png", png.toFile());
            images.add(png);
        }
        for (String rule : List.of("minmax", "density:2", "percentile:99.9")) {
            Workload dark = calibrated(file, rule, images.get(0));
            Workload bright = calibrated(file, rule, images.get(1));
            Workload both = calibrated(file, rule, images.get(0), images.get(1));
            float scale = both.requantisation(0).outputScale();
            assertTrue(scale > 1.5f * dark.requantisation(0).outputScale(), rule);
            assertEquals(bright.requantisation(0).outputScale(), scale, 0.01 * scale, rule);
            assertEquals(
                    bright.info().inputScale(),
                    both.info().inputScale(),
                    0.01 * both.info().inputScale(),
                    rule);
            assertTrue(
                    both.info().source().contains("on 110.png, 250.png"),
                    both.info().source());
            // the dark photo in units of the bright one
            double shrunk = dark.info().inputScale() / both.info().inputScale();
            assertEquals(dark.input().value(0, 0, 0) * shrunk, both.input().value(0, 0, 0), 0.51, rule);
        }
    }

    private static Workload calibrated(Path file, String rule, Path... images) {
        return new OnnxImporter()
                .load(file, new WorkloadRequest(1, List.of(images), Optional.empty(), "none", Optional.empty(), rule));
    }

    /** One weight in a hundred is far larger than the others: narrowed by densities alone the output loses 22 dB. */
    @SharedData
    @Test
    void theDefaultRuleKeepsHeavyTails() {
        Map<String, Double> least = Map.of("sqnr", 36.0, "minmax", 36.0, "percentile:99.9", 30.0, "density:2", 14.0);
        least.forEach((rule, bound) -> {
            String source = new OnnxImporter()
                    .load(
                            SharedDataFolder.path("cases/heavy-tail.onnx"),
                            new WorkloadRequest(
                                    1,
                                    List.of(SharedDataFolder.path("cases/noise-16.png")),
                                    Optional.of(new Preprocessing(
                                            List.of(128.0, 128.0, 128.0),
                                            List.of(0.015625, 0.015625, 0.015625),
                                            Preprocessing.ChannelOrder.RGB)),
                                    "none",
                                    Optional.empty(),
                                    rule))
                    .info()
                    .source();
            Matcher matcher =
                    Pattern.compile("the output is ([0-9.]+) dB above").matcher(source);
            assertTrue(matcher.find(), source);
            double ratio = Double.parseDouble(matcher.group(1));
            assertTrue(ratio >= bound, rule + ": " + source);
            assertTrue(source.contains(", most is lost in layer "), source);
            assertEquals(rule.equals("density:2"), source.contains("that is below 20 dB"), source);
        });
    }

    /** The digest in the module's resources keeps workloads of another importer from being taken from a cache. */
    @Test
    void whatIsImportedIsThatOfTheDigestInEveryCacheKey() throws Exception {
        TestModel model = new TestModel(13, 11, 1, 3, 16, 16)
                .weights("w", 8, 3, 3, 3)
                .uniform("g", 0.5, 2, 8)
                .weights("s", 8)
                .weights("m", 8)
                .uniform("v", 0.1, 2, 8)
                .node("Conv", "c", List.of("x", "w"), Map.of("pads", new long[] {1, 1, 1, 1}))
                .node("BatchNormalization", "n", "c", "g", "s", "m", "v")
                .node("Relu", "r", "n")
                .node("MaxPool", "p", List.of("r"), Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {
                    2, 2
                }))
                .weights("k", 8, 8, 1, 1)
                .node("Conv", "d", "p", "k")
                .node("Add", "a", "d", "p")
                .node("Sigmoid", "gate", "a")
                .node("Mul", "silu", "gate", "a")
                .weights("depthwise", 8, 1, 3, 3)
                .node("Conv", "e", List.of("silu", "depthwise"), Map.of("group", 8, "pads", new long[] {1, 1, 1, 1}))
                .node("Concat", "both", List.of("e", "silu"), Map.of("axis", 1))
                .node("LRN", "lrn", List.of("both"), Map.of("size", 5))
                .uniform("q", 0.5, 2, 16, 1, 1)
                .node("Mul", "scaled", "lrn", "q")
                .node("AveragePool", "avg", List.of("scaled"), Map.of("kernel_shape", new long[] {2, 2}))
                .node("Flatten", "f", "avg")
                .weights("fc", 10, 16 * 7 * 7)
                .node("Gemm", "y", List.of("f", "fc"), Map.of("transB", 1));
        Path file = Files.write(folder.resolve("sample.onnx"), model.bytes());
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        for (String calibration : List.of("sqnr", "density:2", "minmax", "percentile:99")) {
            Workload workload = new OnnxImporter()
                    .load(
                            file,
                            new WorkloadRequest(
                                    1, List.of(), Optional.empty(), "magnitude:0.5", Optional.empty(), calibration));
            new WorkloadFileExporter().write(workload, new DigestOutputStream(OutputStream.nullOutputStream(), sha));
        }
        assertEquals(
                CsvResource.text(OnnxImporter.class, "sample-digest.txt").strip(),
                HexFormat.of().formatHex(sha.digest()),
                "what is imported has changed: the digest, part of every cache key, must too");
    }
}
