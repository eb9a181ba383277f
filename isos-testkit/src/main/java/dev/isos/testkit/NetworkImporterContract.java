package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.random.SplitMix;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every importer must do. A subclass gives the importer and small files that it takes; they are loaded, damaged and
 * loaded again.
 *
 * <p>The seed of the damage is reported and can be set with the system property {@code isos.seed}.
 */
public abstract class NetworkImporterContract {
    private static final int DAMAGED = 60;

    @TempDir
    private Path folder;

    /** {@return the importer under test} */
    protected abstract NetworkImporter importer();

    /**
     * {@return names and contents of files that the importer takes, each complete by itself; networks of a few layers}
     *
     * @throws IOException when a sample cannot be read, which fails the test
     */
    protected abstract Map<String, byte[]> samples() throws IOException;

    @Test
    void declaresItself() throws IOException {
        assertFalse(importer().id().isBlank(), "an importer needs an id");
        assertFalse(importer().description().isBlank(), "an importer needs a description");
        assertFalse(samples().isEmpty(), "the contract needs files to try");
    }

    @Test
    void takesItsFilesAndDeclinesOthersWithAReason() throws IOException {
        byte[] noise = noise(new SplitMix(7));
        List<Path> odd = List.of(
                folder.resolve("missing"),
                folder,
                write("noise", noise),
                write("empty", new byte[0]),
                write("x.y", noise));
        for (Path file : odd) {
            Optional<String> reason = importer().declines(file);
            assertTrue(reason.isPresent() && !reason.get().isBlank(), "takes " + file.getFileName());
        }
        for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
            assertEquals(Optional.empty(), importer().declines(write(sample.getKey(), sample.getValue())));
            // Whether it takes these is its own matter, but it must not throw.
            importer().declines(write(sample.getKey(), noise));
            importer().declines(write(sample.getKey(), new byte[0]));
        }
    }

    @Test
    void theSameFileGivesTheSameSoundWorkload() throws IOException {
        for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
            Path file = write(sample.getKey(), sample.getValue());
            Workload workload = importer().load(file, WorkloadRequest.defaults());
            WorkloadChecks.sound(workload);
            WorkloadChecks.same(workload, importer().load(file, WorkloadRequest.defaults()));
        }
    }

    @Test
    void refusesWhatItCannotDoInOneSentence() throws IOException {
        for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
            Path missing = folder.resolve("none").resolve(sample.getKey());
            WorkloadChecks.refusal(
                    assertThrows(
                            IsosException.class, () -> importer().load(missing, WorkloadRequest.defaults()), "no file"),
                    sample.getKey());
            Path file = write(sample.getKey(), sample.getValue());
            WorkloadRequest pruned =
                    new WorkloadRequest(1, List.of(), Optional.empty(), "no-such-pruning:1", Optional.empty());
            WorkloadChecks.refusal(
                    assertThrows(IsosException.class, () -> importer().load(file, pruned), "unknown pruning"),
                    "no-such-pruning");
            Path photo = folder.resolve("no-such-photo.png");
            WorkloadRequest withPhoto =
                    new WorkloadRequest(1, List.of(photo), Optional.empty(), "none", Optional.empty());
            assertThrows(IsosException.class, () -> importer().load(file, withPhoto), "a photo that is not there");
        }
    }

    @Test
    void damagedFilesGiveAWorkloadOrOneSentence(TestReporter reporter) throws IOException {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        for (Map.Entry<String, byte[]> sample : samples().entrySet()) {
            for (int i = 0; i < DAMAGED; i++) {
                Path file = write(sample.getKey(), damaged(sample.getValue(), random));
                try {
                    importer().load(file, WorkloadRequest.defaults());
                } catch (IsosException e) {
                    WorkloadChecks.refusal(e, sample.getKey());
                }
            }
        }
    }

    private static byte[] damaged(byte[] content, SplitMix random) {
        if (random.chance(0.5)) {
            return Arrays.copyOf(content, random.between(0, content.length - 1));
        }
        byte[] damaged = content.clone();
        for (int n = random.between(1, 8); n > 0; n--) {
            damaged[random.between(0, damaged.length - 1)] = (byte) random.nextLong();
        }
        return damaged;
    }

    private static byte[] noise(SplitMix random) {
        byte[] noise = new byte[500];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) random.nextLong();
        }
        return noise;
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
