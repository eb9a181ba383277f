package dev.isos.workloads.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.FloatComparison;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadFileTest {
    @TempDir
    private Path folder;

    private static List<Workload> samples() {
        List<Workload> samples = new ArrayList<>(RandomWorkloads.corners().values());
        samples.addAll(RandomWorkloads.wholeOperands().values());
        for (long seed = 1; seed <= 40; seed++) {
            samples.add(RandomWorkloads.network(seed));
        }
        return samples;
    }

    private byte[] encode(Workload workload) throws IOException {
        Path file = folder.resolve("encoded.isos");
        WorkloadFile.write(file, workload);
        return Files.readAllBytes(file);
    }

    private static Workload decode(byte[] bytes) {
        return WorkloadFile.decode("x.isos", bytes).workload();
    }

    private static byte[] withChecksum(byte[] bytes) {
        int end = bytes.length - Long.BYTES;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(end, WorkloadFile.checksum(bytes, end));
        return bytes;
    }

    @Test
    void everyNetworkSurvivesARoundTrip() throws IOException {
        for (Workload workload : samples()) {
            for (Workload original : List.of(workload, workload.withReference(ReferenceExecutor.execute(workload)))) {
                Workload read = decode(encode(original));
                assertSameWorkload(original, read);
            }
        }
    }

    private static List<String> digests(List<ActivationTensor> tensors) {
        return tensors.stream().map(ActivationTensor::sha256).toList();
    }

    private static void assertSameWorkload(Workload expected, Workload actual) {
        String where = expected.info().id();
        assertEquals(expected.info(), actual.info(), where);
        assertEquals(expected.network(), actual.network(), where);
        assertEquals(expected.input().sha256(), actual.input().sha256(), where);
        assertEquals(digests(expected.furtherInputs()), digests(actual.furtherInputs()), where);
        assertEquals(expected.reference(), actual.reference(), where);
        for (int i = 0; i < expected.network().size(); i++) {
            Requantisation e = expected.requantisation(i);
            Requantisation a = actual.requantisation(i);
            assertArrayEquals(e.bias(), a.bias(), where);
            assertArrayEquals(e.multiplier(), a.multiplier(), where);
            assertEquals(e.sumMultiplier(), a.sumMultiplier(), where);
            assertEquals(e.residualMultiplier(), a.residualMultiplier(), where);
            assertEquals(e.outputScale(), a.outputScale(), where);
            assertEquals(e.low(), a.low(), where);
            assertEquals(e.high(), a.high(), where);
            assertEquals(e.lookup().isPresent(), a.lookup().isPresent(), where);
            if (e.lookup().isPresent()) {
                assertEquals(e.lookup().get().signed(), a.lookup().get().signed(), where);
                assertArrayEquals(e.lookup().get().values(), a.lookup().get().values(), where);
            }
            if (expected.network().layer(i).convolution().isPresent()) {
                assertArrayEquals(
                        expected.filters(i).toDense(), actual.filters(i).toDense(), where);
            }
        }
    }

    /** Written by the first version; its digests are those of its own layers. */
    @Test
    void theFirstVersionIsStillRead() throws IOException {
        try (var in = WorkloadFileTest.class.getResourceAsStream("version-1.isos")) {
            byte[] bytes = in.readAllBytes();
            Workload workload = decode(bytes);
            assertEquals("nested", workload.info().id());
            assertEquals(5, workload.network().size());
            assertEquals(ReferenceExecutor.execute(workload), workload.reference());
            assertSameWorkload(workload, decode(encode(workload)));
        }
    }

    /** Written by the second version. */
    @Test
    void theSecondVersionIsStillRead() throws IOException {
        try (var in = WorkloadFileTest.class.getResourceAsStream("version-2.isos")) {
            Workload workload = decode(in.readAllBytes());
            assertEquals("relu-as-max", workload.info().id());
            assertEquals(ReferenceExecutor.execute(workload), workload.reference());
        }
    }

    @Test
    void comparisonsWithFloatSurviveARoundTrip() throws IOException {
        Workload workload = RandomWorkloads.network(3);
        List<LayerReference> compared = new ArrayList<>();
        for (LayerReference r : ReferenceExecutor.execute(workload)) {
            double db = compared.isEmpty() ? Double.POSITIVE_INFINITY : 31.25 - compared.size();
            compared.add(new LayerReference(
                    r.outputSha256(),
                    r.outputNonZeros(),
                    r.effectualMacs(),
                    Optional.of(new FloatComparison(db, 0.5 / (1 + compared.size())))));
        }
        assertSameWorkload(workload.withReference(compared), decode(encode(workload.withReference(compared))));
    }

    @Test
    void otherVersionsAreRefused() throws IOException {
        byte[] bytes = encode(RandomWorkloads.network(3));
        for (int version : new int[] {0, -1, WorkloadFile.VERSION + 1}) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(WorkloadFile.MAGIC.length, version);
            String message = assertThrows(IsosException.class, () -> decode(withChecksum(bytes)))
                    .getMessage();
            assertTrue(message.endsWith("has format version " + version + ", expected 1 to 3"), message);
        }
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        byte[] bytes = encode(RandomWorkloads.network(3));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(IsosException.class, () -> decode(cut));
            if (length >= WorkloadFile.MAGIC.length + Integer.BYTES + Long.BYTES) {
                byte[] consistent = withChecksum(cut.clone());
                assertThrows(IsosException.class, () -> decode(consistent), "cut at " + length);
            }
        }
        byte[] longer = withChecksum(Arrays.copyOf(bytes, bytes.length + 1));
        assertThrows(IsosException.class, () -> decode(longer));
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        byte[] bytes = encode(RandomWorkloads.corners().get("residual"));
        for (int i = 0; i < bytes.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                bytes[i] ^= (byte) (1 << bit);
                assertThrows(IsosException.class, () -> decode(bytes));
                bytes[i] ^= (byte) (1 << bit);
            }
        }
        decode(bytes);
    }

    @Test
    void nothingButIsosExceptionEscapesFromContentThatIsWrong() throws IOException {
        long seed = 20232;
        Random random = new Random(seed);
        int refused = 0;
        int cases = 0;
        for (Workload workload : samples().subList(0, 65)) {
            byte[] intact = encode(workload);
            for (int i = 0; i < 400; i++, cases++) {
                byte[] bytes = intact.clone();
                // Mostly in the head of the file, where the structure is.
                int span = i % 4 == 0 ? bytes.length : Math.min(bytes.length, 600);
                int at = 12 + random.nextInt(span - 12 - 8);
                if (i % 3 == 0) {
                    int[] extremes = {0, -1, -2, 1, 7, 65_536, 65_537, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30};
                    ByteBuffer.wrap(bytes)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(Math.min(at, bytes.length - 12), extremes[random.nextInt(extremes.length)]);
                } else {
                    bytes[at] = (byte) random.nextInt(256);
                }
                withChecksum(bytes);
                try {
                    decode(bytes);
                } catch (IsosException e) {
                    refused++;
                    assertTrue(e.getMessage().startsWith("workload file x.isos"), e.getMessage());
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + " case " + cases, e);
                }
            }
        }
        assertTrue(refused > cases / 10, refused + " of " + cases + " refused");
    }

    @Test
    void writesCompletelyOrNotAtAll() throws IOException {
        Workload workload = RandomWorkloads.network(1);
        Path missing = folder.resolve("no/such/folder/a.isos");
        String message = assertThrows(IsosException.class, () -> WorkloadFile.write(missing, workload))
                .getMessage();
        assertTrue(message.contains("a.isos"), message);
        WorkloadFile.write(folder.resolve("a.isos"), workload);
        try (var files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("a.isos")), files.toList());
        }
        // As readable to others as any new file.
        Path plain = Files.createFile(folder.resolve("plain"));
        if (plain.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(folder.resolve("a.isos")));
        }
    }

    @Test
    void theImporterTakesWorkloadFilesOnly() throws IOException {
        WorkloadFileImporter importer = new WorkloadFileImporter();
        Workload workload = RandomWorkloads.network(5);
        Path file = folder.resolve("a.isos");
        WorkloadFile.write(file, workload);
        assertEquals(Optional.empty(), importer.declines(file));
        assertTrue(importer.declines(Files.writeString(folder.resolve("b.isos"), "ISOS"))
                .isPresent());
        assertTrue(importer.declines(folder.resolve("c.isos")).isPresent());
        assertTrue(importer.declines(folder).isPresent());
        Workload loaded = importer.load(file, WorkloadRequest.defaults());
        assertEquals(ReferenceExecutor.execute(workload), loaded.reference());
        WorkloadRequest photo = new WorkloadRequest(1, List.of(file), Optional.empty(), "none", Optional.empty());
        assertThrows(IsosException.class, () -> importer.load(file, photo));
        assertThrows(IsosException.class, () -> importer.load(folder.resolve("c.isos"), WorkloadRequest.defaults()));
    }

    @Test
    void theCacheBuildsOnceAndNeverTrustsAStrangeEntry() throws IOException {
        Workload plain = RandomWorkloads.network(7);
        Workload workload = plain.withReference(ReferenceExecutor.execute(plain));
        String id = workload.info().id();
        byte[][] content = {{1, 2}, {3}};
        AtomicInteger builds = new AtomicInteger();
        Optional<Path> cache = Optional.of(folder.resolve("cache"));
        Workload first = WorkloadCache.get(cache, id, content, () -> count(builds, workload));
        assertSame(workload, first);
        Workload second = WorkloadCache.get(cache, id, content, () -> count(builds, workload));
        assertNotSame(workload, second);
        assertSameWorkload(workload, second);
        assertEquals(1, builds.get());

        // Other content, even when it is only divided in another way, is another entry.
        WorkloadCache.get(cache, id, new byte[][] {{1}, {2, 3}}, () -> count(builds, workload));
        assertEquals(2, builds.get());

        Path file = WorkloadCache.file(cache.get(), id, WorkloadCache.key(content));
        byte[] intact = Files.readAllBytes(file);
        Path foreign = WorkloadCache.file(cache.get(), id, WorkloadCache.key(new byte[][] {{1}, {2, 3}}));
        byte[][] strange = {
            new byte[0],
            Arrays.copyOf(intact, intact.length - 9),
            flipped(intact),
            Files.readAllBytes(foreign),
            "not a workload".getBytes(java.nio.charset.StandardCharsets.UTF_8)
        };
        for (int i = 0; i < strange.length; i++) {
            Files.write(file, strange[i]);
            Workload rebuilt = WorkloadCache.get(cache, id, content, () -> count(builds, workload));
            assertSameWorkload(workload, rebuilt);
            assertEquals(3 + i, builds.get());
            assertArrayEquals(intact, Files.readAllBytes(file));
        }

        // A folder that cannot be made costs the cache, not the workload.
        Optional<Path> unusable = Optional.of(file.resolve("below-a-file"));
        assertSame(workload, WorkloadCache.get(unusable, id, content, () -> workload));
        assertSame(workload, WorkloadCache.get(Optional.empty(), id, content, () -> workload));
        assertFalse(Files.exists(unusable.get()));
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 1;
        return flipped;
    }

    private static Workload count(AtomicInteger builds, Workload workload) {
        builds.incrementAndGet();
        return workload;
    }

    @Test
    void theCacheForgetsWhatWasNotUsedForLongest() throws IOException {
        String digits = "0123456789abcdef01234567";
        Path old = Files.write(folder.resolve("a-" + digits + ".isos"), new byte[100]);
        Path older = Files.write(folder.resolve("b-" + digits + ".isos"), new byte[100]);
        Path recent = Files.write(folder.resolve("c-" + digits + ".isos"), new byte[100]);
        Path foreign = Files.write(folder.resolve("mine.isos"), new byte[1000]);
        Files.setLastModifiedTime(older, FileTime.fromMillis(1000));
        Files.setLastModifiedTime(old, FileTime.fromMillis(2000));
        Files.setLastModifiedTime(recent, FileTime.fromMillis(3000));
        CacheCleaner.clean(folder, 300, recent);
        assertTrue(Files.exists(older));
        CacheCleaner.clean(folder, 299, recent);
        assertFalse(Files.exists(older));
        assertTrue(Files.exists(old));
        CacheCleaner.clean(folder, 0, recent);
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(recent) && Files.exists(foreign));
        CacheCleaner.clean(folder.resolve("missing"), 0, recent);
    }
}
