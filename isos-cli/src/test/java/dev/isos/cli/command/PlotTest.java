package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.isos.report.figure.Plot;
import dev.isos.report.figure.Plot.Medium;
import dev.isos.report.page.Browser;
import dev.isos.report.page.InChromium;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plots of every chart of an evaluation, in three sizes and three formats. */
@InChromium
class PlotTest {
    private static final double LEAST_SIMILARITY = 0.95;
    private static final double LEAST_POINTS = 8;
    private static final double PIXELS_PER_INCH = 96;
    private static final int WINDOW = 8;
    private static final int EVERY = 6;

    @TempDir
    private static Path folder;

    private static List<Path> all;

    /** Some of the charts, of different figures: each takes seconds. */
    private static List<Path> charts;

    /** Pictures as Chromium shows them. */
    private static final Map<Path, Greys> SHOWN = new HashMap<>();

    private static Browser browser;

    @BeforeAll
    static void reproduce() throws IOException {
        Invocation made = Invocation.of(
                new FakeIsos(),
                "reproduce",
                "-q",
                "--workloads",
                "resnet50-90,resnet50-95,resnet50-96,vgg16-68,googlenet-58-inception3a",
                "--out",
                folder.resolve("r").toString());
        assertEquals(0, made.exitCode(), made.err());
        try (Stream<Path> files = Files.list(folder.resolve("r/figures"))) {
            all = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            assertTrue(all.size() > 15, all.toString());
            charts = IntStream.range(0, all.size())
                    .filter(i -> i % EVERY == 0)
                    .mapToObj(all::get)
                    .toList();
        }
        browser = new Browser();
    }

    @AfterAll
    static void quit() {
        browser.close();
    }

    private static Path figure(Path chart, String extension) {
        return chart.resolveSibling(chart.getFileName().toString().replaceFirst("json$", extension));
    }

    /** Drawn once for all tests. */
    private static Path plot(Path chart, String medium, String format) {
        // the format in front as well: other programs put their pictures beside it, under its name with another ending
        Path file = folder.resolve(format + "-" + medium + "-" + chart.getFileName() + "." + format);
        if (Files.exists(file)) {
            return file;
        }
        Invocation drawn = Invocation.of(
                null, "plot", chart.toString(), "--for", medium, "--format", format, "-o", file.toString());
        assertEquals(0, drawn.exitCode(), drawn.err());
        return file;
    }

    @ParameterizedTest
    @EnumSource(Medium.class)
    void sizesArePhysicalAndTextsCanBeRead(Medium medium) throws IOException {
        assertTrue(medium.fontPoints() >= LEAST_POINTS);
        double inches = Map.of(Medium.COLUMN, 320 / PIXELS_PER_INCH, Medium.PAGE, 7.0, Medium.SLIDE, 10.0)
                .get(medium);
        String name = medium.name().toLowerCase(Locale.ROOT);
        for (Path chart : charts) {
            String svg = Files.readString(plot(chart, name, "svg"));
            assertTrue(svg.contains(String.format(Locale.ROOT, "width=\"%.4fin\"", inches)), svg.substring(0, 200));
            // Attributes only: no style sheet, no class, nothing that programs think differently of.
            assertFalse(
                    Pattern.compile("style=|<style|class=|dominant-baseline|var\\(")
                            .matcher(svg)
                            .find(),
                    chart.toString());
            Matcher sizes = Pattern.compile("font-size=\"([0-9.]+)px\"").matcher(svg);
            while (sizes.find()) {
                double points = Double.parseDouble(sizes.group(1)) * 72 / PIXELS_PER_INCH;
                assertTrue(points >= LEAST_POINTS, chart + ": " + points + " points");
            }
        }
        byte[] pdf = Files.readAllBytes(plot(charts.get(0), name, "pdf"));
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertEquals(1, document.getNumberOfPages());
            assertEquals(inches * 72, document.getPage(0).getMediaBox().getWidth(), 0.01);
        }
        BufferedImage png = ImageIO.read(plot(charts.get(0), name, "png").toFile());
        assertEquals(Math.round(inches * (medium == Medium.SLIDE ? 192 : 600)), png.getWidth());
    }

    @Test
    void theSameChartGivesTheSameBytes() throws IOException {
        for (Plot.Format format : Plot.Format.values()) { // the first chart has coordinates far outside as well
            String content = Files.readString(charts.get(0));
            assertEquals(content, Plot.write(Plot.read(content)));
            byte[] first = Plot.draw(Plot.read(content), Medium.PAGE, format, true);
            byte[] second = Plot.draw(Plot.read(content), Medium.PAGE, format, true);
            assertArrayEquals(first, second, format.toString());
        }
    }

    @Test
    void whatIsNoChartIsRefused() throws IOException {
        Path file = folder.resolve("no.json");
        for (String content : List.of(
                "",
                "{}",
                "[1",
                "{\"id\":\"a\",\"title\":\"\",\"description\":\"\",\"heightPixels\":1,\"option\":{}}")) {
            Files.writeString(file, content);
            Invocation refused = Invocation.of(null, "plot", file.toString());
            assertEquals(2, refused.exitCode(), content);
            assertTrue(refused.err().contains("not a chart that a report has written"), refused.err());
        }
        assertEquals(
                2,
                Invocation.of(null, "plot", folder.resolve("missing").toString())
                        .exitCode());
        Invocation medium = Invocation.of(null, "plot", charts.get(0).toString(), "--for", "wall");
        assertEquals(2, medium.exitCode());
        assertTrue(medium.err().contains("--for wall: expected one of column, page, slide"), medium.err());
    }

    @Test
    void looksTheSameInRsvgAsInChromium() throws Exception {
        looksTheSame(
                "rsvg-convert",
                pictures -> pictures.stream()
                        .map(svg -> List.of("--zoom", "2", "-o", png(svg).toString(), svg.toString()))
                        .toList());
    }

    /** In one process, which takes longer to start than to draw. */
    @Test
    void looksTheSameInInkscapeAsInChromium() throws Exception {
        looksTheSame(
                "inkscape",
                pictures -> List.of(Stream.concat(
                                Stream.of("--export-type=png", "--export-dpi=192"),
                                pictures.stream().map(Path::toString))
                        .toList()));
    }

    /** Every chart whose bars differ by pattern, and the others of the sample. */
    @Test
    void pdfLooksTheSameAsSvgInChromium() throws Exception {
        installed("pdftoppm");
        Map<String, Double> similarities = new TreeMap<>();
        int hatched = 0;
        for (Path chart : all) {
            boolean patterns = Files.readString(figure(chart, "svg")).contains("<pattern");
            hatched += patterns ? 1 : 0;
            if (patterns || charts.contains(chart)) {
                Path pdf = plot(chart, "page", "pdf");
                run(List.of("pdftoppm", "-png", "-singlefile", "-r", "192", pdf.toString(), pdf.toString()));
                similarities.put(
                        chart.getFileName().toString(),
                        similarity(
                                chromium(plot(chart, "page", "svg")),
                                ImageIO.read(Path.of(pdf + ".png").toFile())));
            }
        }
        assertTrue(hatched > 3, "charts with patterns: " + hatched);
        report("Poppler", similarities);
    }

    /** Without colour as well, the parts of a bar stand out from each other: in PDF the patterns are there. */
    @Test
    void patternsAreInPdf() throws Exception {
        installed("pdftoppm");
        Path chart = all.stream()
                .filter(file -> file.getFileName().toString().equals("traffic-shares.json"))
                .findFirst()
                .orElseThrow();
        Path pdf = plot(chart, "page", "pdf");
        Path plain = folder.resolve("plain.svg");
        String svg = Files.readString(plot(chart, "page", "svg"));
        Files.writeString(plain, svg.replaceAll("<path [^>]*fill=\"url[^>]*></path>", ""));
        run(List.of("pdftoppm", "-png", "-singlefile", "-r", "192", pdf.toString(), pdf.toString()));
        BufferedImage ours = ImageIO.read(Path.of(pdf + ".png").toFile());
        double hatched = similarity(chromium(plot(chart, "page", "svg")), ours);
        double without = similarity(chromium(plain), ours);
        assertTrue(hatched > without + 0.05, hatched + " with patterns, " + without + " without");
    }

    @Test
    void looksTheSameInJavaAsInChromium() throws Exception {
        Map<String, Double> similarities = new TreeMap<>();
        for (Path chart : charts) {
            BufferedImage ours = ImageIO.read(plot(chart, "slide", "png").toFile());
            similarities.put(chart.getFileName().toString(), similarity(chromium(plot(chart, "slide", "svg")), ours));
        }
        report("Java 2D", similarities);
    }

    /** Where a program draws a picture: beside it. */
    private static Path png(Path svg) {
        return svg.resolveSibling(svg.getFileName().toString().replaceFirst("\\.svg$", ".png"));
    }

    /** @param calls the arguments of each call of the program that together draw pictures */
    private static void looksTheSame(String program, Function<List<Path>, List<List<String>>> calls) throws Exception {
        installed(program);
        List<Path> pictures = new ArrayList<>();
        for (Path chart : charts) {
            pictures.add(plot(chart, "page", "svg"));
        }
        // Every figure as it is beside the page, among them those that are no charts.
        try (Stream<Path> files = Files.list(folder.resolve("r/figures"))) {
            files.filter(file -> file.toString().endsWith(".svg")).sorted().forEach(pictures::add);
        }
        for (Path picture : pictures) {
            Files.deleteIfExists(png(picture));
        }
        for (List<String> arguments : calls.apply(pictures)) {
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(arguments);
            run(command);
        }
        Map<String, Double> similarities = new TreeMap<>();
        for (Path picture : pictures) {
            similarities.put(
                    picture.getFileName().toString(),
                    similarity(chromium(picture), ImageIO.read(png(picture).toFile())));
        }
        report(program, similarities);
    }

    private static void installed(String program) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, program))),
                program + " is not installed");
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertEquals(0, process.waitFor(), Files.readString(folder.resolve("log")));
    }

    private static void report(String program, Map<String, Double> similarities) {
        double least = similarities.values().stream().mapToDouble(s -> s).min().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%s and Chromium: %d pictures, similarity at least %.3f%n",
                program,
                similarities.size(),
                least);
        similarities.values().removeIf(s -> s >= LEAST_SIMILARITY);
        assertEquals(Map.of(), similarities);
    }

    /** A picture as Chromium shows it, two dots to a pixel, in grey at half its size; the same one for every program. */
    private static Greys chromium(Path svg) throws IOException {
        Greys shown = SHOWN.get(svg);
        if (shown == null) {
            Matcher box = Pattern.compile("viewBox=\"0 0 (\\d+) (\\d+)\"").matcher(Files.readString(svg));
            assertTrue(box.find());
            byte[] picture = browser.picture(svg, Integer.parseInt(box.group(1)), Integer.parseInt(box.group(2)), 2);
            BufferedImage large = ImageIO.read(new ByteArrayInputStream(picture));
            shown = Greys.of(large, large.getWidth() / 2, large.getHeight() / 2);
            SHOWN.put(svg, shown);
        }
        return shown;
    }

    /** Mean structural similarity (Wang et al., 2004) of windows of 8 x 8, of one in grey and the other at the same size. */
    private static double similarity(Greys shown, BufferedImage other) {
        int width = shown.width();
        int height = shown.values().length / width;
        double[] a = shown.values();
        double[] b = Greys.of(other, width, height).values();
        double sum = 0;
        int windows = 0;
        for (int y = 0; y + WINDOW <= height; y += WINDOW / 2) {
            for (int x = 0; x + WINDOW <= width; x += WINDOW / 2) {
                sum += window(a, b, width, x, y);
                windows++;
            }
        }
        return sum / windows;
    }

    private static double window(double[] a, double[] b, int width, int left, int top) {
        double meanA = 0;
        double meanB = 0;
        double squaresA = 0;
        double squaresB = 0;
        double products = 0;
        int n = WINDOW * WINDOW;
        for (int y = top; y < top + WINDOW; y++) {
            for (int x = left; x < left + WINDOW; x++) {
                double p = a[y * width + x];
                double q = b[y * width + x];
                meanA += p / n;
                meanB += q / n;
                squaresA += p * p / n;
                squaresB += q * q / n;
                products += p * q / n;
            }
        }
        double c1 = 0.01 * 255 * 0.01 * 255;
        double c2 = 0.03 * 255 * 0.03 * 255;
        return (2 * meanA * meanB + c1)
                * (2 * (products - meanA * meanB) + c2)
                / ((meanA * meanA + meanB * meanB + c1) * (squaresA - meanA * meanA + squaresB - meanB * meanB + c2));
    }

    /** Luminance of the pixels of a picture, 0 to 255, row by row. */
    private record Greys(int width, double[] values) {
        /** A picture on white at no larger size: each pixel is the mean of the area that it covers. */
        static Greys of(BufferedImage image, int width, int height) {
            BufferedImage onWhite = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = onWhite.createGraphics();
            graphics.drawImage(image, 0, 0, Color.WHITE, null);
            graphics.dispose();
            int[] pixels = ((DataBufferInt) onWhite.getRaster().getDataBuffer()).getData();
            Shares across = Shares.of(image.getWidth(), width);
            Shares down = Shares.of(image.getHeight(), height);
            double[] values = new double[width * height];
            double[] row = new double[width];
            for (int y = 0; y < image.getHeight(); y++) {
                Arrays.fill(row, 0);
                for (int x = 0, i = y * image.getWidth(); x < image.getWidth(); x++, i++) {
                    int rgb = pixels[i];
                    double grey = 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
                    int at = across.first[x];
                    row[at] += grey * across.inFirst[x];
                    if (across.inNext[x] > 0) {
                        row[at + 1] += grey * across.inNext[x];
                    }
                }
                int at = down.first[y] * width;
                for (int x = 0; x < width; x++) {
                    values[at + x] += row[x] * down.inFirst[y];
                    if (down.inNext[y] > 0) {
                        values[at + width + x] += row[x] * down.inNext[y];
                    }
                }
            }
            return new Greys(width, values);
        }
    }

    /** How much of each pixel of a line lies in which pixel of a shorter one, and in the next: as parts of the latter. */
    private record Shares(int[] first, double[] inFirst, double[] inNext) {
        static Shares of(int from, int to) {
            assertTrue(to <= from, from + " pixels do not become " + to);
            Shares shares = new Shares(new int[from], new double[from], new double[from]);
            double part = (double) to / from;
            for (int i = 0; i < from; i++) {
                int first = (int) (i * part);
                double end = Math.min((i + 1) * part, to);
                shares.first[i] = first;
                shares.inFirst[i] = Math.min(end, first + 1) - i * part;
                shares.inNext[i] = first + 1 < to ? Math.max(0, end - (first + 1)) : 0;
            }
            return shares;
        }
    }
}
