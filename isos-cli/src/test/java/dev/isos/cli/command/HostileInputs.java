package dev.isos.cli.command;

import com.sun.management.OperatingSystemMXBean;
import dev.isos.api.random.SplitMix;
import dev.isos.core.Platform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * Seeded mutants of small valid files and command lines, each run as a user would run it, in this process. A case is a find when
 * its exit code is neither 0 nor 2, when a refusal is no single sentence for users, or when it takes more than ten seconds of
 * processor time, of all threads.
 */
final class HostileInputs {
    private static final long MOST_NANOS = 10_000_000_000L;
    private static final long PATIENCE_MILLIS = 90_000;
    private static final int LONGEST_SENTENCE = 2_000;
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern CODE = Pattern.compile(
            "Exception|StackOverflow|\\tat |\\bjava\\.|\\borg\\.|\\bcom\\.|unexpected [A-Z]|please report|\\bnull\\b");
    private static final Pattern OTHER_OUTPUTS =
            Pattern.compile("isos: layer \\S+ of \\S+ on \\S+ has other outputs than the reference");
    private static final String[] NUMBERS = {
        "0",
        "1",
        "-1",
        "2",
        "3",
        "7",
        "64",
        "255",
        "256",
        "1000",
        "4096",
        "16384",
        "65535",
        "65536",
        "99999",
        "1000000",
        "2147483647",
        "2147483648",
        "9223372036854775807",
        "1e9",
        "1e308",
        "1e-300",
        "0.5",
        "0.0001",
        "999999999999999999999",
        "",
        "NaN",
        "Infinity",
        "x",
        "-0",
        "[1, 2]",
        "~",
        "1:4",
        "1..9",
        "1,2",
        "{a: 1}",
        "&a [*a]",
        "*a",
        "9".repeat(5000)
    };
    private static final String[] ACCELERATORS = {
        "isosceles",
        "isosceles-optimal",
        "isosceles-single",
        "sparten",
        "sparten-ideal",
        "scnn",
        "fused-layer",
        "fused-layer-ideal",
        "systolic-os",
        "systolic-ws",
        "systolic-is"
    };
    private static final String[] KEYS = {
        "lanes",
        "processingElements",
        "vectorWidth",
        "contexts",
        "contextArray",
        "queues",
        "filterBuffer",
        "clock",
        "dram.bandwidth",
        "dram.latency",
        "dram.burst",
        "mergers",
        "postOpUnits",
        "banks",
        "bankEntries",
        "bankQueue",
        "gridRows",
        "gridColumns",
        "weightVector",
        "activationVector",
        "activationRam",
        "clusters",
        "units",
        "chunk",
        "slack",
        "rows",
        "columns",
        "inputBuffer",
        "outputBuffer",
        "mapping",
        "fidelity",
        "energy"
    };

    private static final String NETWORK = """
            name: tiny
            input: {shape: [3, 12, 12], density: 0.8}
            layers:
              - {name: stem, op: convolution, filters: 8, kernel: 3, stride: 1, pad: 1, weightDensity: 0.4, density: 0.5}
              - {name: depth, op: convolution, filters: 8, kernel: [3, 3], pad: 1, groups: 8}
              - {name: pool, op: max-pooling, kernel: 2, stride: 2}
              - {name: left, op: convolution, filters: 4, kernel: 1, from: pool}
              - {name: right, op: convolution, filters: 4, kernel: 3, pad: 1, from: pool, weightDensity: 0.3}
              - {name: both, op: concatenation, from: [left, right]}
              - {name: sum, op: add, from: [both, pool]}
              - {name: fc, op: fully-connected, filters: 10, relu: false}
            """;

    private static final String STORED = """
            input: {shape: [2, 6, 6]}
            weights: w.npz
            layers:
              - {name: a, op: convolution, filters: 4, kernel: 3, weights: a}
            """;
    private static final String TOPOLOGY =
            "Layer, H, W, R, S, C, K, Stride,\nconv1, 12, 12, 3, 3, 3, 8, 1,\nconv2, 10, 10, 3, 3, 8, 8, 2,\n";
    private static final String PRODUCTS = "Layer, M, N, K,\nqkv, 16, 24, 8,\nout, 16, 8, 8,\n";
    private static final String HARDWARE = """
            extends: %s
            name: mine
            clock: 1 GHz
            dram: {bandwidth: 64 GB/s, latency: 80 ns}
            """;
    private static final String SWEEP = """
            workloads: [NET]
            accelerators: [isosceles, scnn]
            parameters:
              filterBuffer: [64 KiB, 1 MiB]
              lanes: 16..64
              dram: {bandwidth: [64 GB/s]}
            objectives: [cycles]
            budget: {points: 8}
            """;
    private static final String PLAN = "- [stem]\n- [depth]\n- [pool]\n- [left]\n- [right]\n- [sum]\n- [fc]\n";
    private static final String BUDGET = "layer,sparsity\nstem,0.5\nfc,0.9\n";

    private final Platform isos;
    private final Path folder;
    private final Map<String, byte[]> seeds = new LinkedHashMap<>();
    private final Map<String, int[]> outcomes = new TreeMap<>();
    private final List<String> finds = new ArrayList<>();
    private long longest;

    /** @param folder an empty folder for the files */
    HostileInputs(Platform isos, Path folder) throws IOException {
        this.isos = isos;
        this.folder = folder;
        put("net.yaml", NETWORK);
        put("stored.yaml", STORED);
        put("topology.csv", TOPOLOGY);
        put("products.csv", PRODUCTS);
        put("sweep.yaml", SWEEP.replace("NET", file("net.yaml")));
        put("plan.yaml", PLAN);
        put("budget.csv", BUDGET);
        put("labels.txt", "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
        seeds.put("w.npz", archive());
        seeds.put("photo.png", image("png"));
        seeds.put("photo.jpg", image("jpg"));
        for (Map.Entry<String, byte[]> seed : seeds.entrySet()) {
            Files.write(folder.resolve(seed.getKey()), seed.getValue());
        }
        require("import", file("net.yaml"), "-o", file("net.isos"));
        seeds.put("net.onnx", new TinyOnnx(value -> value).bytes());
        Files.write(folder.resolve("net.onnx"), seeds.get("net.onnx"));
        require("run", "-w", file("net.onnx"), "-a", "isosceles", "--image", file("photo.png"), "--no-cache");
        seeds.put("net.isos", Files.readAllBytes(folder.resolve("net.isos")));
    }

    private void put(String name, String text) {
        seeds.put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void require(String... args) {
        Invocation result = Invocation.of(isos, args);
        if (result.exitCode() != 0) {
            throw new IllegalStateException(String.join(" ", args) + ": " + result.err());
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static byte[] archive() throws IOException {
        String header = "{'descr': '|i1', 'fortran_order': False, 'shape': (4, 2, 3, 3), }";
        header = header + " ".repeat(117 - header.length()) + "\n";
        ByteBuffer array = ByteBuffer.allocate(10 + header.length() + 72).order(ByteOrder.LITTLE_ENDIAN);
        array.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        array.put(header.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 72; i++) {
            array.put((byte) (i % 3 - 1));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            zip.write(array.array());
            zip.putNextEntry(new ZipEntry("unasked.npy"));
            zip.write(new byte[100_000]);
        }
        return out.toByteArray();
    }

    private static byte[] image(String format) throws IOException {
        BufferedImage image = new BufferedImage(16, 14, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16 * 14; i++) {
            image.setRGB(i % 16, i / 16, i * 7919);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }

    /** Runs cases; the one of a seed is always the same. */
    void run(long firstSeed, int cases) throws IOException {
        for (long seed = firstSeed; seed < firstSeed + cases; seed++) {
            one(seed);
        }
    }

    /** What was found, each with its seed. */
    List<String> finds() {
        return finds;
    }

    /** Cases that ran and that were refused by kind, and the longest. */
    String table() {
        StringBuilder text = new StringBuilder();
        outcomes.forEach((kind, counts) ->
                text.append(String.format("%-12s %6d ran %6d refused%n", kind, counts[0], counts[1])));
        return text.append(String.format("longest %.1f s of processor time%n", longest / 1e9))
                .toString();
    }

    private void one(long seed) throws IOException {
        SplitMix random = new SplitMix(seed);
        List<String> args = new ArrayList<>(command(random));
        String kind = args.remove(0);
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begin = system.getProcessCpuTime();
        AtomicReference<Invocation> result = new AtomicReference<>();
        Thread thread = new Thread(() -> result.set(Invocation.of(isos, args.toArray(String[]::new))), "case");
        thread.setDaemon(true);
        thread.start();
        String stack = "";
        try {
            thread.join(MOST_NANOS / 1_000_000);
            if (thread.isAlive()) {
                stack = stacks();
                thread.join(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        long nanos = system.getProcessCpuTime() - begin;
        longest = Math.max(longest, nanos);
        String problem = result.get() == null
                ? "did not end"
                : nanos > MOST_NANOS
                        ? "took " + nanos / 1e9 + " s: " + result.get().err().strip()
                        : problem(result.get());
        if (result.get() != null) {
            outcomes.computeIfAbsent(kind, k -> new int[2])[result.get().exitCode() == 0 ? 0 : 1]++;
        }
        if (problem != null) {
            finds.add("seed " + seed + ", " + String.join(" ", args) + ": "
                    + problem.substring(0, Math.min(problem.length(), 600)) + stack);
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            if (thread.getName().equals("case") || thread.getName().equals("simulation")) {
                Arrays.stream(frames)
                        .filter(frame -> frame.getClassName().startsWith("dev.isos"))
                        .limit(6)
                        .forEach(frame -> text.append("\n    ").append(frame));
            }
        });
        return text.toString();
    }

    private static String problem(Invocation result) {
        if (result.exitCode() == 0) {
            return null;
        }
        List<String> lines = result.errLines().stream()
                .filter(l -> !l.startsWith("isos: warning: "))
                .toList();
        String text = String.join("\n", lines);
        if (result.exitCode() == 1 && OTHER_OUTPUTS.matcher(text).matches()) {
            // numbers behind a checksum that was put right: only its outputs tell such a workload file
            return null;
        }
        if (result.exitCode() != 2) {
            return "exit code " + result.exitCode() + ": " + text;
        }
        if (lines.size() != 1 || !text.startsWith("isos: ") || text.length() > LONGEST_SENTENCE) {
            return "no single sentence but " + lines.size() + " lines, " + text.length() + " characters: " + text;
        }
        return CODE.matcher(text).find() ? "shows code: " + text : null;
    }

    private String mutant(SplitMix random, String name) throws IOException {
        byte[] original = seeds.get(name);
        boolean text = !name.matches(".*\\.(npz|png|jpg|isos|onnx)");
        if (name.equals("net.onnx") && random.chance(0.7)) {
            byte[] model = new TinyOnnx(value -> random.chance(0.06) ? odd(random, value) : value).bytes();
            return Files.write(folder.resolve("mutant-net.onnx"), model).toString();
        }
        byte[] data = text && !random.chance(0.15) ? words(random, original) : bytes(random, original);
        if (name.endsWith(".isos") && data.length > 20) {
            // behind the checksum
            CRC32 crc = new CRC32();
            crc.update(data, 0, data.length - 8);
            ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length - 8, crc.getValue());
        }
        Path file = folder.resolve("mutant-" + name);
        Files.write(file, data);
        return file.toString();
    }

    private static long odd(SplitMix random, long value) {
        return switch (random.between(0, 5)) {
            case 0 -> value + random.between(-3, 3);
            case 1 -> random.between(0, 300);
            case 2 -> 1L << random.between(0, 63);
            case 3 -> (1L << random.between(0, 32)) - 1;
            case 4 -> -value;
            default -> random.between(1, 40_000);
        };
    }

    private static byte[] bytes(SplitMix random, byte[] original) {
        byte[] data = original.clone();
        for (int edits = random.between(1, 4); edits > 0 && data.length > 0; edits--) {
            int at = random.chance(0.5)
                    ? random.between(0, Math.min(data.length - 1, 700))
                    : random.between(0, data.length - 1);
            int length = Math.min(data.length - at, random.between(1, 8));
            switch (random.between(0, 6)) {
                case 0 -> data[at] ^= (byte) (1 << random.between(0, 7));
                case 1 -> data[at] = (byte) random.between(0, 255);
                case 2 -> data[at] += (byte) random.between(-2, 2);
                case 3 -> {
                    byte[] shorter = Arrays.copyOf(data, data.length - length);
                    System.arraycopy(data, at + length, shorter, at, shorter.length - at);
                    data = shorter;
                }
                case 4 -> {
                    byte[] longer = Arrays.copyOf(data, data.length + length);
                    System.arraycopy(data, at, longer, at + length, data.length - at);
                    data = longer;
                }
                case 5 -> {
                    int number = random.chance(0.5) ? random.between(0, 70_000) : -1 >>> random.between(0, 31);
                    for (int i = 0; i < 4 && at + i < data.length; i++) {
                        data[at + i] = (byte) (number >> 8 * i);
                    }
                }
                default -> data = random.chance(0.2) ? Arrays.copyOf(data, at) : data;
            }
        }
        return data;
    }

    private static byte[] words(SplitMix random, byte[] original) {
        String text = new String(original, StandardCharsets.UTF_8);
        for (int edits = random.between(1, 3); edits > 0; edits--) {
            List<int[]> numbers = new ArrayList<>();
            Matcher matcher = NUMBER.matcher(text);
            while (matcher.find()) {
                numbers.add(new int[] {matcher.start(), matcher.end()});
            }
            if (!numbers.isEmpty() && random.chance(0.7)) {
                int[] place = numbers.get(random.between(0, numbers.size() - 1));
                text = text.substring(0, place[0]) + pick(random, NUMBERS) + text.substring(place[1]);
                continue;
            }
            List<String> lines = new ArrayList<>(text.lines().toList());
            if (lines.isEmpty()) {
                break;
            }
            int at = random.between(0, lines.size() - 1);
            switch (random.between(0, 4)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, lines.get(random.between(0, lines.size() - 1)));
                case 2 -> lines.add(at, pick(random, NUMBERS));
                case 3 -> lines.set(at, lines.get(at).replaceFirst("[:,\\[{]", random.chance(0.5) ? "" : "\t"));
                default -> lines.add(at, "[".repeat(random.between(1, 3000)));
            }
            text = String.join("\n", lines) + "\n";
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String pick(SplitMix random, String[] of) {
        return of[random.between(0, of.length - 1)];
    }

    /** The kind of case and then its command line. */
    private List<String> command(SplitMix random) throws IOException {
        String accelerator = pick(random, ACCELERATORS);
        List<String> run = new ArrayList<>(List.of("run", "--no-cache", "--threads", "1", "-q", "-a"));
        switch (random.between(0, 12)) {
            case 0, 1 -> {
                return join("yaml", run, accelerator, "-w", mutant(random, "net.yaml"));
            }
            case 2 -> {
                return join(
                        "csv",
                        run,
                        accelerator,
                        "-w",
                        mutant(random, random.chance(0.6) ? "topology.csv" : "products.csv"));
            }
            case 3 -> {
                Files.write(folder.resolve("mutant-stored.yaml"), seeds.get("stored.yaml"));
                Files.copy(
                        Path.of(mutant(random, "w.npz")),
                        folder.resolve("w.npz"),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                List<String> args = join("npz", run, accelerator, "-w", file("mutant-stored.yaml"));
                return args;
            }
            case 4, 5 -> {
                return join("isos", run, accelerator, "-w", mutant(random, "net.isos"));
            }
            case 6, 7 -> {
                return join("onnx", run, accelerator, "-w", mutant(random, "net.onnx"));
            }
            case 8 -> {
                String photo = mutant(random, random.chance(0.5) ? "photo.png" : "photo.jpg");
                return join("photo", run, accelerator, "-w", file("net.onnx"), "--image", photo);
            }
            case 9 -> {
                put("hardware.yaml", HARDWARE.formatted(random.chance(0.5) ? "isosceles" : "scnn"));
                String machine = new String(seeds.get("hardware.yaml"), StandardCharsets.UTF_8).contains("scnn")
                        ? "scnn"
                        : "isosceles";
                return join(
                        "hardware",
                        run,
                        machine,
                        "-w",
                        file("net.isos"),
                        "--hardware",
                        mutant(random, "hardware.yaml"));
            }
            case 10 -> {
                return switch (random.between(0, 3)) {
                    case 0 ->
                        join(
                                "plan",
                                run,
                                "isosceles",
                                "-w",
                                file("net.isos"),
                                "--mapping",
                                mutant(random, "plan.yaml"));
                    case 1 ->
                        join(
                                "budget",
                                run,
                                accelerator,
                                "-w",
                                file("net.yaml"),
                                "--prune",
                                "budget:" + mutant(random, "budget.csv"));
                    case 2 ->
                        join(
                                "labels",
                                run,
                                accelerator,
                                "-w",
                                file("net.isos"),
                                "--labels",
                                mutant(random, "labels.txt"));
                    default ->
                        List.of(
                                "sweep",
                                "sweep",
                                mutant(random, "sweep.yaml"),
                                "--no-cache",
                                "--threads",
                                "1",
                                "-q",
                                "--store",
                                file("store"));
                };
            }
            case 11 -> {
                StringBuilder settings = new StringBuilder(accelerator);
                String[] keys =
                        isos.hardware().get(isos.accelerators().get(accelerator).hardware()).parameters().stream()
                                .map(parameter -> parameter.key())
                                .toArray(String[]::new);
                for (int i = random.between(1, 2); i > 0; i--) {
                    settings.append(':')
                            .append(pick(random, random.chance(0.9) ? keys : KEYS))
                            .append('=')
                            .append(pick(random, NUMBERS));
                    settings.append(random.chance(0.2) ? " KiB" : "");
                }
                return join("settings", run, settings.toString(), "-w", file("net.isos"));
            }
            default -> {
                String value = pick(random, NUMBERS);
                return switch (random.between(0, 5)) {
                    case 0 ->
                        List.of(
                                "line",
                                "compare",
                                "-w",
                                file("net.isos"),
                                "-a",
                                accelerator,
                                "--vary",
                                pick(random, KEYS) + "=" + value + ".." + pick(random, NUMBERS),
                                "--no-cache",
                                "-q");
                    case 1 ->
                        List.of("line", "run", "-w", file("net.isos"), "-a", accelerator, "--threads", value, "-q");
                    case 2 ->
                        List.of(
                                "line",
                                "map",
                                "-w",
                                file("net.yaml"),
                                "-a",
                                accelerator,
                                "--seed",
                                value,
                                "--no-cache");
                    case 3 -> List.of("line", "run", "-w", value, "-a", accelerator, "-q", "--no-cache");
                    case 4 ->
                        List.of(
                                "line",
                                "import",
                                file("net.onnx"),
                                "--calibration",
                                "percentile:" + value,
                                "--no-cache",
                                "-o",
                                file("again.isos"),
                                "-f");
                    default ->
                        List.of(
                                "line",
                                "run",
                                "-w",
                                file("net.yaml"),
                                "-a",
                                accelerator,
                                "--prune",
                                (random.chance(0.5) ? "nm:2:" : "magnitude:") + value,
                                "-q",
                                "--no-cache");
                };
            }
        }
    }

    private static List<String> join(String kind, List<String> run, String... more) {
        List<String> all = new ArrayList<>(List.of(kind));
        all.addAll(run);
        all.addAll(List.of(more));
        return all;
    }
}
