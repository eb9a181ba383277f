package dev.isos.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.study.batch.Progress;
import dev.isos.study.configuration.Configurations;
import dev.isos.study.execute.ExecutorProvider;
import dev.isos.study.execute.LocalExecutor;
import dev.isos.study.execute.Point;
import dev.isos.study.execute.PointExecutor;
import dev.isos.study.store.SweepStore;
import dev.isos.study.sweep.Sweep;
import dev.isos.study.sweep.SweepPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One sweep on threads of this process and on a cluster of two worker processes, one of which is killed. */
class SparkSweepTest {
    private static final String CLUSTER = "local-cluster[2,1,1024]";
    private static final WorkloadRequest REQUEST = WorkloadRequest.defaults();

    @TempDir
    private static Path folder;

    private static Platform isos;
    private static List<Point> points;
    private static List<String> rows;

    @BeforeAll
    static void sweepHere() throws IOException {
        isos = IsosPlatform.load(Optional.empty());
        points = new Configurations(isos)
                .expand(List.of("isosceles"), "accelerators", settings()).stream()
                        .map(accelerator -> new Point("../docs/examples/network.yaml", 7, accelerator))
                        .toList();
        assertEquals(300, points.size());
        rows = rows("one", new LocalExecutor(isos, REQUEST, 1, Progress.NONE), Progress.NONE);
        assertEquals(300, rows.size());
        long failed = rows.stream().filter(row -> row.contains("\"run\":null")).count();
        assertTrue(failed > 0 && failed <= 150, failed + " points cannot run, which is an outcome as well");
    }

    private static List<Configurations.Setting> settings() {
        return List.of(
                new Configurations.Setting("hardware", List.of("../docs/examples/hardware.yaml"), "test"),
                new Configurations.Setting("lanes", List.of("4", "8", "16"), "test"),
                new Configurations.Setting("queues", List.of("64 B", "8 KiB"), "test"),
                new Configurations.Setting("schedulingPeriod", List.of("1..50..1"), "test"));
    }

    /** What a sweep leaves in a new store, in the order of the ids. */
    private static List<String> rows(String store, PointExecutor executor, Progress progress) throws IOException {
        try (SweepStore kept = SweepStore.open(folder.resolve(store));
                executor) {
            List<SweepPoint> found =
                    new Sweep(isos, REQUEST, kept, executor, progress).run(points, (point, outcome, computed) -> {});
            assertEquals(points.size(), found.size());
        }
        return Files.readAllLines(folder.resolve(store).resolve("points.jsonl")).stream()
                .sorted()
                .toList();
    }

    private static PointExecutor spark(String master) {
        ExecutorProvider provider =
                ServiceLoader.load(ExecutorProvider.class).findFirst().orElseThrow();
        assertInstanceOf(SparkProvider.class, provider);
        assertEquals("spark", provider.id());
        return provider.open(new ExecutorProvider.Setting(
                isos, REQUEST, Optional.empty(), Optional.ofNullable(master), Progress.NONE));
    }

    @Test
    void twoThreadsGiveTheSameRows() throws IOException {
        assertEquals(rows, rows("two", new LocalExecutor(isos, REQUEST, 2, Progress.NONE), Progress.NONE));
    }

    @Test
    void aClusterGivesTheSameRows() throws IOException {
        assertEquals(rows, rows("cluster", spark(CLUSTER), Progress.NONE));
    }

    private static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
                .toList();
    }

    /** The executors of a new cluster, of which the second one may begin later. */
    private static List<ProcessHandle> two(List<ProcessHandle> others) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            List<ProcessHandle> all = new ArrayList<>(executors());
            all.removeAll(others);
            if (all.size() >= 2 || System.nanoTime() > end) {
                return all;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    void soDoesAClusterOfWhichOneExecutorIsKilledHalfWay() throws IOException {
        AtomicInteger finished = new AtomicInteger();
        List<ProcessHandle> others = executors(); // of another test, which may still be ending
        List<ProcessHandle> both = new ArrayList<>();
        Progress killer = new Progress() {
            @Override
            public void finished(RunResult run) {
                if (finished.incrementAndGet() == 110) {
                    both.addAll(two(others));
                    both.get(0).destroyForcibly();
                }
            }
        };
        assertEquals(rows, rows("killed", spark(CLUSTER), killer));
        assertEquals(2, both.size(), "executors are processes");
        both.get(0).onExit().orTimeout(1, TimeUnit.MINUTES).join();
    }

    @Test
    void whatSparkLacksIsOneSentence() throws IOException {
        List<Path> before = temporaries();
        refused(
                "executor spark needs the URL of a master, such as local-cluster\\[2,1,2048\\], spark://HOST:7077 or"
                        + " k8s://HOST:443",
                null);
        refused("executor spark with master k8s://host:443 needs Spark's jars for Kubernetes, .*", "k8s://host:443");
        refused("Spark with master nonsense cannot be used: .*Could not parse Master URL: 'nonsense'", "nonsense");
        assertEquals(before, temporaries());
    }

    private static List<Path> temporaries() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith("isos-spark"))
                    .sorted()
                    .toList();
        }
    }

    private static void refused(String sentence, String master) {
        IsosException refused = assertThrows(IsosException.class, () -> spark(master));
        assertTrue(refused.getMessage().matches(sentence), refused.getMessage());
    }

    /** A store that cannot be written any more ends the sweep, and its sentence is the one that is told. */
    @Test
    void whatTheReceiverThrowsEndsTheSweep() {
        AcceleratorRequest accelerator = AcceleratorRequest.of("isosceles");
        try (PointExecutor executor = spark("local[1]")) {
            IsosException full = assertThrows(
                    IsosException.class,
                    () -> executor.execute(
                            List.of(new Point("../docs/examples/network.yaml", 7, accelerator)), outcome -> {
                                throw IsosException.badInput("the disk is full");
                            }));
            assertEquals("the disk is full", full.getMessage());
        }
    }
}
