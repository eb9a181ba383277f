package dev.isos.workloads.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.isos.api.error.IsosException;
import dev.isos.api.random.SplitMix;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.testkit.SharedDataFolder;
import dev.isos.workloads.description.DescriptionImporter;
import dev.isos.workloads.export.OnnxExporter;
import dev.isos.workloads.export.WorkloadFileExporter;
import dev.isos.workloads.file.WorkloadFileImporter;
import dev.isos.workloads.npz.NpzFiles;
import dev.isos.workloads.onnx.OnnxImporter;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.scalesim.ScaleSimImporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Gives importers mutated files and watches what they do: nothing but {@link IsosException} may come out, within 10 s of
 * processor time. A
 * workload that comes out is exported in every form. Run with {@code main}: number of cases, first seed, folder for files
 * that fail.
 */
public final class MutatedFiles {
    /** The word, not letters within another. */
    private static final Pattern NO_VALUE = Pattern.compile("\\bnull\\b");

    private static final long LIMIT_MILLIS = 10_000;
    /** A machine may be busy with other things: what a case is given in all. */
    private static final long PATIENCE_MILLIS = 120_000;

    private static final int CHECKSUM_BYTES = Long.BYTES;
    private static final int LARGE = 64 << 10;

    /** A kind of file: how it is named, who reads it, from what its mutants are made. */
    private record Door(String name, String extension, NetworkImporter importer, List<byte[]> originals) {}

    private final Path folder;
    private final List<Door> doors = new ArrayList<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<WorkloadExporter> exporters = List.of(new OnnxExporter(), new WorkloadFileExporter());
    private long slowestMillis;
    private long mostAllocated;
    private String mostAllocatedBy = "";

    MutatedFiles(Path folder) throws IOException {
        this.folder = folder;
        doors.add(new Door("onnx", ".onnx", new OnnxImporter(), models()));
        doors.add(new Door(
                "scale-sim",
                ".csv",
                new ScaleSimImporter(),
                List.of(
                        text(
                                "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
                                        + "Conv1,24,24,7,7,3,4,2,\nCB2a_1,6,6,1,1,4,4,1,2:4,\nodd, 5, 6, 3, 2, 1, 2, 2, 1,\n"),
                        text("Layer, M, N, K,\nG1,16,12,24,\nG2,1,10,30,\n"))));
        List<byte[]> descriptions = new ArrayList<>();
        descriptions.add(text("input: {shape: [3, 8, 8], signed: true, density: 0.5}\nlayers:\n"
                + "  - {name: a, op: convolution, filters: 8, kernel: 3, stride: 2, pad: 1, density: 0.6}\n"
                + "  - {name: b, op: convolution, filters: 8, groups: 4, weightDensity: 0.2, residual: a, density: 0.4}\n"
                + "  - {name: c, op: max-pooling, kernel: [2, 3], pad: [0, 1, 1, 1], from: a}\n"
                + "  - {name: d, op: average-pooling, kernel: 3, pad: 1, countPadding: true}\n"
                + "  - {name: e, op: concatenation, from: [c, d, c]}\n"
                + "  - {name: f, op: fully-connected, filters: 10, relu: false}\n"));
        descriptions.add(text("name: two\ninput:\n  shape: [4, 6, 6]\nfurtherInputs:\n  - {name: o, shape: [4, 6, 6]}\n"
                + "layers:\n  - {name: a, op: add, from: [input, o]}\n"
                + "  - {name: n, op: local-response-normalisation, size: 3, alpha: 0.001, beta: 0.75, k: 2}\n"
                + "  - {name: s, op: channel-selection, channels: [3, 0, 3]}\n"
                + "  - {name: g, op: global-average-pooling}\n"));
        doors.add(new Door("description", ".yaml", new DescriptionImporter(), descriptions));
        doors.add(new Door(
                "json",
                ".json",
                new DescriptionImporter(),
                List.of(text("{\"input\": {\"shape\": [2, 5, 5]},\n"
                        + " \"layers\": [{\"name\": \"c\", \"op\": \"convolution\", \"filters\": 3, \"kernel\": [3, 1]},\n"
                        + "  {\"name\": \"m\", \"op\": \"max-pooling\", \"kernel\": 2}]}\n"))));
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        arrays.put("w", NpzFiles.array("|i1", false, "(4, 2, 1, 1)", new byte[] {1, 0, -3, 4, 5, 6, 0, 127}));
        arrays.put("v", NpzFiles.array("<f4", false, "(1, 4)", NpzFiles.floats(0.5f, -2f, 0, 1)));
        doors.add(new Door(
                "npz",
                ".npz",
                new DescriptionImporter(),
                List.of(arrays.get("w"), arrays.get("v"), NpzFiles.archive(arrays))));
        List<byte[]> workloads = new ArrayList<>();
        for (Workload w : List.of(
                RandomWorkloads.network(4),
                RandomWorkloads.network(11),
                RandomWorkloads.corners().get("normalisation"),
                RandomWorkloads.corners().get("lookup"),
                RandomWorkloads.corners().get("independent-layers"))) {
            workloads.add(export(new WorkloadFileExporter(), w));
        }
        doors.add(new Door("workload", ".isos", new WorkloadFileImporter(), workloads));
        Files.writeString(
                folder.resolve("npz.yaml"),
                "input: {shape: [2, 3, 3]}\nweights: case.npz\nlayers:\n"
                        + "  - {name: a, op: convolution, filters: 4, weights: w}\n"
                        + "  - {name: b, op: convolution, filters: 1, weights: v}\n");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] export(WorkloadExporter exporter, Workload workload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exporter.write(workload, out);
        return out.toByteArray();
    }

    /** Exported random networks, and the models that are there. */
    private static List<byte[]> models() throws IOException {
        List<byte[]> models = new ArrayList<>();
        Path shared = SharedDataFolder.root();
        if (Files.isDirectory(shared)) {
            // whole networks for photos are sound but slow; they have tests of their own
            models.add(Files.readAllBytes(shared.resolve("models/resnet8_cifar10.onnx")));
            try (Stream<Path> files = Files.walk(shared.resolve("onnx_node_tests"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".onnx"))
                        .sorted()
                        .toList()) {
                    models.add(Files.readAllBytes(file));
                }
            }
        }
        for (long seed = 1; seed < 12; seed++) {
            try {
                models.add(export(new OnnxExporter(), RandomWorkloads.network(seed)));
            } catch (IsosException e) {
                // a layer that ONNX Runtime does not offer
            }
        }
        return models;
    }

    /** Runs one case; what it does depends on its seed alone. */
    void run(long seed) throws IOException {
        SplitMix random = new SplitMix(seed);
        Mutator mutator = new Mutator(random);
        Door door = doors.get(random.between(0, doors.size() - 1));
        byte[] original = pick(random, door.originals());
        byte[] mutant = mutant(random, mutator, door, original, pick(random, door.originals()));
        Path file = folder.resolve("case" + door.extension());
        Files.write(file, mutant);
        Path read = door.name().equals("npz") ? folder.resolve("npz.yaml") : file;

        AtomicReference<String> outcome = new AtomicReference<>();
        long[] allocated = new long[1];
        Thread worker = new Thread(
                () -> {
                    long before = allocatedBytes();
                    outcome.set(load(door, read));
                    allocated[0] = allocatedBytes() - before;
                },
                "case " + seed);
        worker.setDaemon(true);
        long start = System.nanoTime();
        worker.start();
        try {
            while (worker.isAlive()
                    && cpuMillis(worker) < LIMIT_MILLIS
                    && System.nanoTime() - start < PATIENCE_MILLIS * 1_000_000) {
                worker.join(100);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        slowestMillis = Math.max(slowestMillis, millis);
        if (allocated[0] > mostAllocated) {
            mostAllocated = allocated[0];
            mostAllocatedBy = door.name() + " seed " + seed + ", " + mutant.length + " bytes";
        }
        String result = outcome.get();
        if (result == null) {
            StringBuilder where = new StringBuilder("hangs");
            for (StackTraceElement frame : worker.getStackTrace()) {
                where.append("\n    ").append(frame);
            }
            result = where.toString();
        }
        String kind = result.equals("loaded") || result.equals("refused") ? result : "FAILED";
        outcomes.merge(door.name() + " " + kind, 1, Integer::sum);
        if (kind.equals("FAILED")) {
            failures.add(door.name() + " seed " + seed + ": " + result);
            Files.write(folder.resolve("failed-" + seed + door.extension()), mutant);
            System.out.println(failures.get(failures.size() - 1));
        }
    }

    private static byte[] pick(SplitMix random, List<byte[]> from) {
        byte[] picked = from.get(random.between(0, from.size() - 1));
        // large files take long and are picked seldom
        return picked.length > LARGE / 16 && !random.chance(picked.length > LARGE ? 0.01 : 0.05)
                ? from.get(random.between(0, Math.min(from.size() - 1, 40)))
                : picked;
    }

    private static byte[] mutant(SplitMix random, Mutator mutator, Door door, byte[] original, byte[] other)
            throws IOException {
        switch (door.name()) {
            case "onnx":
                if (random.chance(0.7)) {
                    try {
                        return mutator.message(ModelProto.parseFrom(original)).toByteArray();
                    } catch (InvalidProtocolBufferException e) {
                        throw new IOException(e);
                    }
                }
                return mutator.bytes(original, other);
            case "workload":
                byte[] mutant = mutator.bytes(original, other);
                if (random.chance(0.9) && mutant.length > CHECKSUM_BYTES) {
                    CRC32 crc = new CRC32();
                    crc.update(mutant, 0, mutant.length - CHECKSUM_BYTES);
                    ByteBuffer.wrap(mutant)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(mutant.length - CHECKSUM_BYTES, crc.getValue());
                }
                return mutant;
            case "npz":
                if (original.length > 0 && original[0] == 'P') {
                    return mutator.bytes(original, other);
                }
                Map<String, byte[]> arrays = new LinkedHashMap<>();
                arrays.put("w", mutator.text(original, other));
                arrays.put("v", mutator.bytes(original, other));
                return NpzFiles.archive(arrays);
            default:
                return mutator.text(original, other);
        }
    }

    private String load(Door door, Path file) {
        try {
            if (door.importer().declines(file).isPresent()) {
                return "refused";
            }
            Workload workload = door.importer().load(file, WorkloadRequest.defaults());
            for (WorkloadExporter exporter : exporters) {
                try {
                    exporter.write(workload, OutputStream.nullOutputStream());
                } catch (IsosException e) {
                    requireSentence(e);
                }
            }
            return "loaded";
        } catch (IsosException e) {
            return requireSentence(e);
        } catch (Throwable e) {
            StringBuilder where = new StringBuilder(e.toString());
            for (int i = 0; i < Math.min(8, e.getStackTrace().length); i++) {
                where.append("\n    ").append(e.getStackTrace()[i]);
            }
            return where.toString();
        }
    }

    private static String requireSentence(IsosException e) {
        String message = e.getMessage();
        boolean sentence = message != null
                && !message.isBlank()
                && message.length() < 2000
                && !NO_VALUE.matcher(message).find();
        return sentence ? "refused" : "no sentence: " + message;
    }

    private static long cpuMillis(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) / 1_000_000;
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    List<String> failures() {
        return failures;
    }

    Map<String, Integer> outcomes() {
        return outcomes;
    }

    /** Arguments: cases, first seed, folder. */
    public static void main(String[] args) throws IOException {
        int cases = Integer.parseInt(args[0]);
        long seed = Long.parseLong(args[1]);
        MutatedFiles fuzz = new MutatedFiles(Files.createDirectories(Path.of(args[2])));
        long start = System.nanoTime();
        for (int i = 0; i < cases; i++) {
            fuzz.run(seed + i);
            if ((i + 1) % 10_000 == 0 || i + 1 == cases) {
                System.out.printf(
                        "%d cases from seed %d, %d s, slowest %d ms, most allocated %d MB (%s), %d failed%n%s%n",
                        i + 1,
                        seed,
                        (System.nanoTime() - start) / 1_000_000_000,
                        fuzz.slowestMillis,
                        fuzz.mostAllocated >> 20,
                        fuzz.mostAllocatedBy,
                        fuzz.failures.size(),
                        fuzz.outcomes);
            }
        }
        System.exit(fuzz.failures.isEmpty() ? 0 : 1);
    }
}
