package dev.isos.report.figure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import de.rototor.pdfbox.graphics2d.PdfBoxGraphics2D;
import dev.isos.report.figure.SvgRenderer.Size;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;

/** A chart for print or for a talk, in physical size. */
public final class Plot {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();
    /** Points of 1/72 inch to a pixel of 1/96 inch. */
    private static final double POINTS_PER_PIXEL = 0.75;

    /** Lines of no width, which PDF makes as thin as can be seen. */
    private static final Pattern NO_STROKE = Pattern.compile(" stroke=\"[^\"]*\" stroke-width=\"0\"");

    private static final Pattern PATHS = Pattern.compile(" (d|points)=\"[^\"]*\"");

    /** A coordinate of eight digits or more. */
    private static final Pattern FAR =
            Pattern.compile("(-?)(?<![.\\d])(?:\\d{8,}(?:\\.\\d+)?|\\d(?:\\.\\d+)?e\\+\\d+)");

    private static final double LETTER = 0.57;
    private static final int ROW_PIXELS = 17;
    private static final int AROUND_ROWS_PIXELS = 80;

    /** Where a plot is put; texts are of at least 8 points. */
    public enum Medium {
        /** A column of a paper with two: 3 1/3 inches. */
        COLUMN(320, 220, 11, 600),
        /** The width of a page: 7 inches. */
        PAGE(672, 260, 11, 600),
        /** A slide of 10 by 5 5/8 inches. */
        SLIDE(960, 540, 18, 192);

        private final int widthPixels;
        private final int heightPixels;
        private final double fontPixels;
        private final int dotsPerInch;

        Medium(int widthPixels, int heightPixels, double fontPixels, int dotsPerInch) {
            this.widthPixels = widthPixels;
            this.heightPixels = heightPixels;
            this.fontPixels = fontPixels;
            this.dotsPerInch = dotsPerInch;
        }

        /** Of the texts, points of 1/72 inch. */
        public double fontPoints() {
            return fontPixels * POINTS_PER_PIXEL;
        }

        Size size(Chart chart) {
            JsonNode names = chart.option().at("/yAxis/data");
            double scale = fontPixels / COLUMN.fontPixels;
            int rows = names.isArray() ? (int) (scale * (AROUND_ROWS_PIXELS + ROW_PIXELS * names.size())) : 0;
            double labels = 0;
            JsonNode below = chart.option().at("/xAxis/data");
            for (JsonNode label : below) {
                labels = Math.max(labels, label.asText().length() * LETTER * fontPixels);
            }
            // Labels that are turned take room below the plot.
            boolean turned = labels * below.size() > widthPixels;
            return new Size(widthPixels, Math.max(heightPixels, rows) + (turned ? (int) labels : 0), fontPixels);
        }
    }

    /** How a plot is written. */
    public enum Format {
        /** With presentation attributes only. */
        SVG,
        /** One page as large as the plot; texts are outlines, so that no font is needed. */
        PDF,
        /** 600 dots per inch for print, 192 for slides. */
        PNG
    }

    private Plot() {}

    /** A chart as the content of a file, from which {@link #read} makes it again. */
    public static String write(Chart chart) {
        try {
            return JSON.writeValueAsString(chart) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a chart cannot be written as JSON", e);
        }
    }

    /**
     * A chart from the content of a file.
     *
     * @throws IllegalArgumentException when it is none; the message says what is wrong
     */
    public static Chart read(String content) {
        try {
            Chart chart = JSON.readValue(content, Chart.class);
            if (!chart.option().path("series").isArray()
                    || chart.option().path("series").isEmpty()) {
                throw new IllegalArgumentException("it has no series");
            }
            return chart;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON with the members of a chart", e);
        }
    }

    /** Draws a chart. */
    public static byte[] draw(Chart chart, Medium medium, Format format, boolean titled) {
        Size size = medium.size(chart);
        String svg;
        try (SvgRenderer renderer = new SvgRenderer()) {
            svg = renderer.render(chart, size, titled);
        }
        try {
            return switch (format) {
                case SVG -> physical(svg, size).getBytes(StandardCharsets.UTF_8);
                case PDF ->
                    pdf(picture(Hatching.drawn(bounded(NO_STROKE.matcher(svg).replaceAll("")), size)), size);
                case PNG -> png(picture(Hatching.drawn(svg, size)), size, medium.dotsPerInch);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inches instead of pixels, of which programs think differently. */
    private static String physical(String svg, Size size) {
        return svg.replaceFirst(
                "width=\"\\d+\" height=\"\\d+\"",
                String.format(
                        java.util.Locale.ROOT,
                        "width=\"%.4fin\" height=\"%.4fin\"",
                        size.widthPixels() / 96.0,
                        size.heightPixels() / 96.0));
    }

    /** Lines end near the plot: some charts without sensible numbers have coordinates that PDFBox cannot write. */
    private static String bounded(String svg) {
        return PATHS.matcher(svg)
                .replaceAll(path -> FAR.matcher(path.group()).replaceAll(number -> number.group(1) + "9999999"));
    }

    private static SVGDocument picture(String svg) {
        return new SVGLoader()
                .load(
                        new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)),
                        null,
                        LoaderContext.createDefault());
    }

    private static byte[] pdf(SVGDocument picture, Size size) throws IOException {
        float width = (float) (size.widthPixels() * POINTS_PER_PIXEL);
        float height = (float) (size.heightPixels() * POINTS_PER_PIXEL);
        try (PDDocument document = new PDDocument()) {
            // The same plot gives the same bytes.
            document.setDocumentId(1L);
            PDPage page = new PDPage(new PDRectangle(width, height));
            document.addPage(page);
            PdfBoxGraphics2D graphics = new PdfBoxGraphics2D(document, width, height);
            // Letters are as wide as they are drawn.
            graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            graphics.scale(POINTS_PER_PIXEL, POINTS_PER_PIXEL);
            picture.render((java.awt.Component) null, graphics, new ViewBox(size.widthPixels(), size.heightPixels()));
            graphics.dispose();
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.drawForm(graphics.getXFormObject());
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.save(out);
            return out.toByteArray();
        }
    }

    private static byte[] png(SVGDocument picture, Size size, int dotsPerInch) throws IOException {
        double scale = dotsPerInch / 96.0;
        BufferedImage image = new BufferedImage(
                (int) Math.round(size.widthPixels() * scale),
                (int) Math.round(size.heightPixels() * scale),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(scale, scale);
        picture.render((java.awt.Component) null, graphics, new ViewBox(size.widthPixels(), size.heightPixels()));
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return Png.withDensity(out.toByteArray(), dotsPerInch);
    }
}
