package dev.isos.report.figure;

import dev.isos.report.console.PlainText;
import dev.isos.report.html.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.ScriptableObject;

/**
 * Draws charts as SVG files: the ECharts library, run on this JVM. The library guesses the width of texts, so that no fonts
 * are needed and the bytes are the same everywhere. A file has a title and a description, and colours of text, lines and
 * background that follow the reader's preference for light or dark. For one thread, which has to close it.
 */
public final class SvgRenderer implements AutoCloseable {
    private static final String LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
    static final int WIDTH_PIXELS = 960;
    static final String TEXT = "#3c4249";
    static final String LINE = "#7f868d";
    static final String GRID = "#dde1e5";
    static final String BACK = "#fefefe";
    /** What a browser has and the library looks for; nothing of it is used to draw without a page. */
    private static final String SURROUNDINGS =
            "var global=this;var self=this;var setTimeout=function(f){return 0};var clearTimeout=function(){};";

    private static final String DRAW = """
            (function (text, width, height, c) {
              var axis = {axisLine: {lineStyle: {color: c.line}}, axisTick: {lineStyle: {color: c.line}},
                axisLabel: {color: c.text}, nameTextStyle: {color: c.text}, splitLine: {lineStyle: {color: c.grid}}};
              var theme = {textStyle: {color: c.text}, legend: {textStyle: {color: c.text}}, categoryAxis: axis,
                valueAxis: axis, logAxis: axis,
                markLine: {lineStyle: {color: c.line}, label: {color: c.text, textBorderWidth: 0}}};
              var option = JSON.parse(text);
              option.animation = false;
              if (option.legend) { option.legend.type = 'plain'; }
              if (option.aria) { option.aria.label = {enabled: false}; }
              var chart = echarts.init(null, theme, {renderer: 'svg', ssr: true, width: width, height: height});
              chart.setOption(option);
              var svg = chart.renderToSVGString();
              chart.dispose();
              return svg;
            })
            """;

    private static final Pattern INSTANCE = Pattern.compile("zr\\d+-");
    private static final Pattern ELEMENT = Pattern.compile("<svg [^>]*>(.*)</svg>", Pattern.DOTALL);
    /** What scripts of pages address marks by, and how marks look when pointed at; the numbers in them only ever grow. */
    private static final Pattern INTERACTION =
            Pattern.compile(" ecmeta_[a-z_]+=\"[^\"]*\"| class=\"[^\"]*\"|<style >.*?</style>", Pattern.DOTALL);

    private final Context context;
    private final ScriptableObject scope;
    private final Function draw;
    private final ScriptableObject colours;

    /** Loads the library, which takes a second. */
    public SvgRenderer() {
        context = Context.enter();
        // The library is larger than one JVM method may be.
        context.setInterpretedMode(true);
        context.setLanguageVersion(Context.VERSION_ES6);
        scope = context.initStandardObjects();
        context.evaluateString(scope, SURROUNDINGS, "surroundings", 1, null);
        context.evaluateString(scope, library(), "echarts.min.js", 1, null);
        draw = (Function) context.evaluateString(scope, DRAW, "draw", 1, null);
        colours = (ScriptableObject) context.newObject(scope);
        ScriptableObject.putProperty(colours, "text", TEXT);
        ScriptableObject.putProperty(colours, "line", LINE);
        ScriptableObject.putProperty(colours, "grid", GRID);
    }

    /** The text of the library, for pages that carry it with them. */
    public static String library() {
        try (InputStream in = SvgRenderer.class.getResourceAsStream(LIBRARY)) {
            if (in == null) {
                throw new IllegalStateException("the chart library " + LIBRARY + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the chart library cannot be read", e);
        }
    }

    /** All charts of some figures as the texts of SVG files, by id of the chart. */
    public static void each(List<Figure> figures, BiConsumer<String, String> files) {
        if (figures.stream().anyMatch(figure -> !figure.charts().isEmpty())) {
            try (SvgRenderer renderer = new SvgRenderer()) {
                figures.forEach(
                        figure -> figure.charts().forEach(chart -> files.accept(chart.id(), renderer.render(chart))));
            }
        }
    }

    /** A chart as the text of an SVG file. */
    public String render(Chart chart) {
        Object drawn = draw.call(context, scope, scope, new Object[] {
            chart.option().toString(), WIDTH_PIXELS, chart.heightPixels(), colours
        });
        String svg = INSTANCE.matcher(PlainText.lines(drawn.toString())).replaceAll(chart.id() + "-");
        String drawing =
                ELEMENT.matcher(INTERACTION.matcher(svg).replaceAll("")).replaceFirst("$1");
        return Html.text(out -> JtesvgGenerated.render(out, null, chart, drawing));
    }

    @Override
    public void close() {
        Context.exit();
    }
}
