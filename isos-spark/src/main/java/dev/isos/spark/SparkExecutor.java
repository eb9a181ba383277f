package dev.isos.spark;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.core.file.IoReason;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.study.execute.ExecutorProvider.Setting;
import dev.isos.study.execute.LocalExecutor;
import dev.isos.study.execute.Outcome;
import dev.isos.study.execute.Point;
import dev.isos.study.execute.PointExecutor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * A cluster of Apache Spark. Each workload is made once, here, and sent to every executor that needs it once. Points that share a
 * functional execution are neighbours in tasks that follow each other, and tasks of one executor share what they compute. What a task
 * has found comes here when it ends; the tasks of an executor that is lost are done again by others.
 */
final class SparkExecutor implements PointExecutor {
    /** Tasks per processor: enough that all end at about the same time, and that little is lost with an executor. */
    private static final int TASKS_PER_PROCESSOR = 32;

    private static final int MOST_POINTS_PER_TASK = 256;
    private static final String MASTER = "spark.master";
    private static final String JARS = "spark.jars";

    private final Setting setting;
    private final JavaSparkContext spark;
    private final String master;
    private final Path temporary;

    private SparkExecutor(Setting setting, JavaSparkContext spark, String master, Path temporary) {
        this.setting = setting;
        this.spark = spark;
        this.master = master;
        this.temporary = temporary;
    }

    static SparkExecutor open(Setting setting) {
        SparkConf conf = new SparkConf(); // with what spark-submit has set
        setting.master().ifPresent(conf::setMaster);
        if (!conf.contains(MASTER)) {
            throw IsosException.badInput("executor spark needs the URL of a master, such as local-cluster[2,1,2048],"
                    + " spark://HOST:7077 or k8s://HOST:443");
        }
        String master = conf.get(MASTER);
        if (master.startsWith("k8s:") && !isThere("org.apache.spark.scheduler.cluster.k8s.KubernetesClusterManager")) {
            throw IsosException.badInput("executor spark with master " + master
                    + " needs Spark's jars for Kubernetes, which installations of Spark have and Isos does not fetch: see"
                    + " docs/scaling.md for the jar for spark-submit");
        }
        Path temporary = null;
        boolean ready = false;
        try {
            temporary = Files.createTempDirectory("isos-spark");
            if (!conf.contains(JARS) && !master.matches("local(\\[.*\\])?")) {
                conf.set(JARS, String.join(",", Shipment.jars(sparkJars(master), temporary)));
                conf.set("spark.executor.userClassPathFirst", "true");
            }
            conf.setIfMissing("spark.app.name", "isos");
            conf.setIfMissing("spark.ui.enabled", "false");
            // as the scripts of a distribution do, for the workers of a local cluster
            conf.setIfMissing("spark.executorEnv.SPARK_SCALA_VERSION", "2.13");
            SparkExecutor executor = new SparkExecutor(setting, new JavaSparkContext(conf), master, temporary);
            ready = true;
            return executor;
        } catch (IOException e) {
            throw IsosException.badInput("executor spark cannot gather the jars of Isos: " + IoReason.of(e));
        } catch (IsosException e) {
            throw e;
        } catch (Exception e) { // Spark's own are checked and unchecked, and not declared
            throw unusable(master, e);
        } finally {
            if (!ready) {
                delete(temporary);
            }
        }
    }

    private static boolean isThere(String type) {
        try {
            Class.forName(type, false, SparkConf.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Spark as executors have it, whose jars need not be sent. */
    private static Path sparkJars(String master) {
        String home = System.getenv("SPARK_HOME");
        if (home == null || home.isBlank()) {
            throw IsosException.badInput("executor spark with master " + master
                    + " needs the environment variable SPARK_HOME: the folder of an installation of Apache Spark 4");
        }
        Path jars = Path.of(home, "jars");
        String core = "spark-core_2.13-" + org.apache.spark.package$.MODULE$.SPARK_VERSION() + ".jar";
        if (Files.notExists(jars.resolve(core))) {
            throw IsosException.badInput("SPARK_HOME is " + home + ", which has no jars/" + core
                    + ": the executors and this process need the same version of Spark");
        }
        return jars;
    }

    private static IsosException unusable(String master, Throwable e) {
        String message =
                String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
        return new IsosException(
                ErrorCode.BAD_INPUT,
                "Spark with master " + master + " cannot be used: " + (message.isEmpty() ? e.toString() : message),
                e);
    }

    /** A workload as points ask for it. */
    private record Source(String workload, long seed) {}

    @Override
    public void execute(List<Point> points, Consumer<Outcome> outcomes) {
        Map<Source, List<Integer>> bySource = new LinkedHashMap<>();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            bySource.computeIfAbsent(new Source(point.workload(), point.seed()), source -> new ArrayList<>())
                    .add(i);
        }
        List<Broadcast<SharedWorkload>> workloads = new ArrayList<>();
        try {
            bySource.keySet().forEach(source -> workloads.add(broadcast(source)));
            run(points, chunks(points, List.copyOf(bySource.values())), workloads, outcomes);
        } catch (IllegalStateException e) {
            throw stopped() ? unusable(master, new IOException("it does not answer, or has ended", e)) : e;
        } finally {
            if (!stopped()) {
                workloads.forEach(Broadcast::destroy);
            }
        }
    }

    /** Whether Spark has given up by itself, as it does without a master. */
    private boolean stopped() {
        return spark.sc().isStopped();
    }

    private Broadcast<SharedWorkload> broadcast(Source source) {
        setting.progress().preparing(source.workload());
        Workload workload =
                setting.isos().workload(source.workload(), LocalExecutor.seeded(setting.request(), source.seed()));
        try {
            // the exporter of files that an importer reads back whole
            WorkloadExporter exporter = setting.isos().exporters().get("isos-workload");
            if (exporter == null) {
                throw IsosException.badInput(
                        "executor spark needs the exporter isos-workload, which no plug-in brings");
            }
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            exporter.write(workload, file);
            return spark.broadcast(
                    new SharedWorkload(file.toByteArray(), exporter.fileExtension(), workload.hasReference()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        } finally {
            setting.isos().release(workload);
        }
    }

    /** Tasks, workload by workload; within one, points that count alike stand together. */
    private List<Chunk> chunks(List<Point> points, List<List<Integer>> bySource) {
        int tasks = Math.max(1, TASKS_PER_PROCESSOR * spark.defaultParallelism());
        int size = Math.min(MOST_POINTS_PER_TASK, Math.max(1, points.size() / tasks));
        List<Chunk> chunks = new ArrayList<>();
        for (int source = 0; source < bySource.size(); source++) {
            Map<Object, List<Integer>> alike = new LinkedHashMap<>();
            for (int i : bySource.get(source)) {
                alike.computeIfAbsent(alike(points.get(i)), key -> new ArrayList<>())
                        .add(i);
            }
            for (List<Integer> group : alike.values()) {
                for (int from = 0; from < group.size(); from += size) {
                    List<Integer> numbers = group.subList(from, Math.min(group.size(), from + size));
                    chunks.add(new Chunk(
                            source,
                            new ArrayList<>(numbers),
                            texts(numbers.stream()
                                    .map(i -> absolute(points.get(i).accelerator()))),
                            texts(numbers.stream()
                                    .map(i -> points.get(i).accelerator().name()))));
                }
            }
        }
        return chunks;
    }

    private static ArrayList<String> texts(Stream<String> texts) {
        return new ArrayList<>(texts.toList());
    }

    /** What the functional execution of a point depends on beside the workload. */
    private Object alike(Point point) {
        try {
            ConfiguredAccelerator machine = setting.isos().accelerator(point.accelerator());
            return List.of(
                    machine.dataflow().id(),
                    machine.hardware().geometry(),
                    machine.mapping().id(),
                    machine.fidelity());
        } catch (IsosException e) {
            return ""; // these fail at once, wherever they are
        }
    }

    /** The configuration as text, with the files that it names where an executor looks for them. */
    private static String absolute(AcceleratorRequest request) {
        return new AcceleratorRequest(
                        request.id(),
                        request.hardwareFile().map(Path::toAbsolutePath),
                        request.overrides(),
                        request.mapping().map(SparkExecutor::absolute),
                        request.fidelity(),
                        request.energyModel())
                .name();
    }

    /** The path of a file; what is none stays. */
    private static String absolute(String text) {
        try {
            Path path = Path.of(text);
            return Files.isRegularFile(path) ? path.toAbsolutePath().toString() : text;
        } catch (InvalidPathException e) {
            return text;
        }
    }

    private void run(
            List<Point> points,
            List<Chunk> chunks,
            List<Broadcast<SharedWorkload>> workloads,
            Consumer<Outcome> outcomes) {
        String folder = setting.plugins()
                .map(plugins -> plugins.toAbsolutePath().toString())
                .orElse(null);
        JavaRDD<Chunk> tasks = spark.parallelize(chunks, chunks.size());
        Computation computation =
                new Computation(UUID.randomUUID().toString(), workloads, ExecutorSide.plugins(setting.isos()), folder);
        AbstractFunction2<Object, ArrayList<Done>, BoxedUnit> handler = new AbstractFunction2<>() {
            @Override
            public BoxedUnit apply(Object task, ArrayList<Done> done) {
                done.forEach(each -> outcomes.accept(outcome(points, each)));
                return BoxedUnit.UNIT;
            }
        };
        List<Object> numbers =
                IntStream.range(0, chunks.size()).mapToObj(i -> (Object) i).toList();
        try {
            spark.sc()
                    .runJob(
                            tasks.rdd(),
                            computation,
                            CollectionConverters.asScala(numbers).toSeq(),
                            handler,
                            ClassTag$.MODULE$.apply(ArrayList.class));
        } catch (Exception e) { // Scala declares none
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IsosException own) {
                    throw own;
                }
            }
            throw unusable(master, e);
        }
    }

    private static Outcome outcome(List<Point> points, Done done) {
        if (done.point() == Done.SWEEP) {
            throw new IsosException(done.failure(), done.reason());
        }
        Point point = points.get(done.point());
        try {
            return done.run() == null
                    ? new Outcome(point, null, done.failure(), done.reason())
                    : Outcome.of(point, Computation.MAPPER.readValue(done.run(), RunResult.class));
        } catch (IOException e) {
            throw new IllegalStateException("an executor has another version of Isos", e);
        }
    }

    @Override
    public void close() {
        String application = spark.sc().applicationId();
        PrintStream errors = System.err;
        // Scala prints the stacks of questions to the master that nobody waits for any more
        System.setErr(new PrintStream(OutputStream.nullOutputStream()));
        try {
            spark.stop();
        } finally {
            System.setErr(errors);
        }
        delete(temporary);
        if (master.startsWith("local-cluster")) {
            // what its workers leave: copies of the jars
            delete(Path.of(System.getenv("SPARK_HOME"), "work", application));
        }
    }

    private static void delete(Path folder) {
        if (folder == null || Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // temporary: the system deletes it one day
        }
    }
}
