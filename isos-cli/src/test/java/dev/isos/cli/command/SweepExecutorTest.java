package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code isos sweep --executor}. */
class SweepExecutorTest {
    private static final Path SPARK_HOME =
            Path.of("../isos-spark/target/spark-home").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private String spec;

    @BeforeEach
    void write() throws IOException {
        spec = Files.writeString(folder.resolve("sweep.yaml"), """
                workloads: %s
                accelerators: isosceles
                parameters: {queues: [64 B, 8 KiB], schedulingPeriod: 1..6..1}
                """.formatted(
                                Path.of("../docs/examples/network.yaml").toAbsolutePath()))
                .toString();
    }

    /** On the class path of the tests is isos-spark, but not Spark. */
    @Test
    void whatIsMissingIsOneSentence() throws IOException {
        Files.writeString(folder.resolve("fake.yaml"), "workloads: resnet50-81\naccelerators: isosceles\n");
        refused(
                "executor spark needs Apache Spark 4 (org.apache.spark:spark-core_2.13) on the class path; the launcher in the"
                        + " source tree fetches it",
                "--executor",
                "spark",
                "--master",
                "spark://nowhere:7077");
        refused(
                "executor 'sparc' is not on the class path, where there is local, spark; isos-spark brings spark, and the"
                        + " launcher in the source tree fetches it",
                "--executor",
                "sparc");
        refused(
                "master spark://nowhere:7077 is for an executor on other computers, and executor local has none",
                "--master",
                "spark://nowhere:7077");
        refused("--threads does not apply to --executor spark", "--executor", "spark", "--threads", "2");
    }

    private void refused(String sentence, String... options) {
        List<String> words =
                new ArrayList<>(List.of("sweep", folder + "/fake.yaml", "-q", "--store", folder + "/store"));
        words.addAll(List.of(options));
        Invocation refused = Invocation.of(new FakeIsos(), words.toArray(String[]::new));
        assertEquals("isos: " + sentence + "\n", refused.err());
        assertEquals(2, refused.exitCode());
        assertEquals("", refused.out());
    }

    private Invocation process(String sparkHome, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                // for what ends soon, here and in the processes of the cluster
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dspark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "-Dslf4j.provider=org.slf4j.nop.NOPServiceProvider",
                "-Dslf4j.internal.verbosity=ERROR"));
        for (String opened :
                List.of("java.lang", "java.lang.invoke", "java.net", "java.nio", "java.util", "sun.nio.ch")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        try (Stream<Path> jars = Files.list(SPARK_HOME.resolve("jars"))) {
            String spark = jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
            String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            command.addAll(List.of("-cp", own + File.pathSeparator + spark, Main.class.getName()));
        }
        command.addAll(List.of("sweep", spec, "-q", "--no-cache", "--format", "csv"));
        command.addAll(Arrays.asList(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().remove("SPARK_HOME");
        if (!sparkHome.isEmpty()) {
            builder.environment().put("SPARK_HOME", sparkHome);
        }
        int exitCode = builder.start().waitFor();
        return new Invocation(
                exitCode,
                Files.readString(folder.resolve("stdout"), StandardCharsets.UTF_8),
                Files.readString(folder.resolve("stderr"), StandardCharsets.UTF_8));
    }

    private List<String> rows(String store) throws IOException {
        return Files.readAllLines(folder.resolve(store).resolve("points.jsonl")).stream()
                .sorted()
                .toList();
    }

    @Test
    void aClusterOfProcessesWritesTheSameStoreAndReport() throws IOException, InterruptedException {
        Invocation here = process("", "--store", folder + "/here");
        assertEquals(new Invocation(0, here.out(), ""), here);
        String[] there = {"--store", folder + "/there", "--executor", "spark", "--master", "local-cluster[2,1,1024]"};
        Invocation missing = process("", there);
        assertEquals(
                "isos: executor spark with master local-cluster[2,1,1024] needs the environment variable SPARK_HOME: the"
                        + " folder of an installation of Apache Spark 4\n",
                missing.err());
        assertEquals(2, missing.exitCode());
        Invocation other = process(folder.toString(), there);
        assertTrue(
                other.err().startsWith("isos: SPARK_HOME is " + folder + ", which has no jars/spark-core_2.13-"),
                other.err());
        assertEquals(new Invocation(0, here.out(), ""), process(SPARK_HOME.toString(), there));
        assertEquals(12, rows("here").size());
        assertEquals(rows("here"), rows("there"));
    }
}
