package dev.isos.report.figure;

import dev.isos.report.console.PlainText;
import dev.isos.report.html.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.Script;
import org.mozilla.javascript.ScriptableObject;

/**
 * Draws charts as SVG files: the ECharts library, run on this JVM. The library guesses the width of texts, so that no fonts
 * are needed and the bytes are the same everywhere. A file has a title and a description; it looks the same in every program
 * that shows SVG, since it has presentation attributes only: no style sheets, no scripts. For one thread, which has to close it.
 */
public final class SvgRenderer implements AutoCloseable {
    private static final String LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
    private static final int WIDTH_PIXELS = 960;
    private static final double FONT_PIXELS = 12;
    private static final String TEXT = "#3c4249";
    private static final String LINE = "#7f868d";
    private static final String GRID = "#dde1e5";

    /** What a browser has and the library looks for; nothing of it is used to draw without a page. */
    private static final String SURROUNDINGS =
            "var global=this;var self=this;var setTimeout=function(f){return 0};var clearTimeout=function(){};";

    private static final String DRAW = """
            (function (text, width, height, font, title, c) {
              function list(x) { return x === undefined ? [] : Array.isArray(x) ? x : [x]; }
              var letter = font * 0.57;
              var axis = {axisLine: {lineStyle: {color: c.line}}, axisTick: {lineStyle: {color: c.line}},
                axisLabel: {color: c.text, fontSize: font}, nameTextStyle: {color: c.text, fontSize: font},
                splitLine: {lineStyle: {color: c.grid}}};
              var theme = {textStyle: {color: c.text, fontSize: font},
                title: {textStyle: {color: c.text, fontSize: Math.round(font * 1.15)}},
                legend: {textStyle: {color: c.text, fontSize: font}}, categoryAxis: axis, valueAxis: axis, logAxis: axis,
                markLine: {lineStyle: {color: c.line}, label: {color: c.text, fontSize: font, textBorderWidth: 0}}};
              var option = JSON.parse(text);
              option.animation = false;
              // Without colour, too, series can be told apart: lines by their symbols, bars by patterns.
              var bars = list(option.series).filter(function (s) { return s.type === 'bar'; });
              option.aria = {enabled: true, label: {enabled: false}, decal: {show: bars.length > 1}};
              var top = 0;
              if (title) {
                option.title = {text: title, left: 0, top: 0};
                top = font * 2.2;
              }
              var names = {};
              list(option.series).forEach(function (s) { names[s.name] = true; });
              if (option.legend) {
                option.legend.type = 'plain';
                option.legend.top = top;
                // Fonts may be wider than the library guesses.
                var gap = 10 + font * 0.06 * Math.max.apply(null, Object.keys(names).map(function (n) { return n.length; }));
                option.legend.itemGap = gap;
                var rows = 1, at = 0;
                Object.keys(names).forEach(function (name) {
                  var wide = 30 + gap + name.length * letter;
                  if (at > 0 && at + wide > width) { rows++; at = 0; }
                  at += wide;
                });
                top += rows * (font * 1.2 + 10);
              }
              var upright = list(option.yAxis)[0].type !== 'category';
              if (option.grid) {
                option.grid.top = top + (upright && list(option.yAxis)[0].name ? font * 2 : font * 0.8);
                // Half of a large number below the end of an axis.
                var number = upright && list(option.xAxis)[0].type !== 'category' ? 2.6 : 1.9;
                option.grid.right = Math.max(Math.min(24, width / 16), font * number);
                if (!upright) {
                  // Fonts may be wider than the library guesses.
                  var longestName = Math.max.apply(null, list(option.yAxis)[0].data.map(function (d) {
                    return Math.max.apply(null, String(d).split('\\n').map(function (l) { return l.length; }));
                  }));
                  option.grid.left += longestName * font * 0.06;
                }
              }
              list(option.xAxis).forEach(function (x) {
                if (x.type !== 'category') {
                  x.axisLabel = Object.assign({hideOverlap: true}, x.axisLabel);
                  // Large numbers meet each other where fonts are wider than the library guesses.
                  if (upright) { x.splitNumber = Math.max(2, Math.min(5, Math.floor(width / (font * 9)))); }
                  return;
                }
                var room = (width - 60) / x.data.length;
                var longest = Math.max.apply(null, x.data.map(function (d) { return String(d).length; }));
                // Fonts may be wider than the library guesses.
                if (option.grid && longest * letter > room && width < 500) { option.grid.bottom += longest * font * 0.1; }
                x.axisLabel = Object.assign({}, x.axisLabel, {rotate: longest * letter <= room ? 0 : width < 500 ? 90 : 40});
              });
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

    /** Declarations of a style attribute become attributes, and the middle of a line is said in a way that all programs know. */
    private static final Pattern STYLE = Pattern.compile(" style=\"([^\"]*)\"");

    private static final double HALF_A_CAPITAL = 0.35;
    private static final String CENTRAL = "dominant-baseline=\"central\"";

    /** How large a file is, in pixels of 1/96 inch. */
    public record Size(int widthPixels, int heightPixels, double fontPixels) {}

    private static Script script;

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
        compiled(context).exec(context, scope, scope);
        draw = (Function) context.evaluateString(scope, DRAW, "draw", 1, null);
        colours = (ScriptableObject) context.newObject(scope);
        ScriptableObject.putProperty(colours, "text", TEXT);
        ScriptableObject.putProperty(colours, "line", LINE);
        ScriptableObject.putProperty(colours, "grid", GRID);
    }

    /** Fonts of files, by name: programs on one computer mean different ones by sans-serif. Both have letters of about the same widths. */
    public static final String FONTS = "DejaVu Sans, Verdana, sans-serif";

    /** The library, read once: it is a megabyte. Scripts are not changed by running them. */
    private static synchronized Script compiled(Context context) {
        if (script == null) {
            script = context.compileString(library(), "echarts.min.js", 1, null);
        }
        return script;
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

    /** A chart as the text of an SVG file, as large as on a page. */
    public String render(Chart chart) {
        return render(chart, new Size(WIDTH_PIXELS, chart.heightPixels(), FONT_PIXELS), false);
    }

    /**
     * A chart as the text of an SVG file.
     *
     * @param titled whether its title stands above it
     */
    public String render(Chart chart, Size size, boolean titled) {
        Object drawn = draw.call(context, scope, scope, new Object[] {
            chart.option().toString(),
            size.widthPixels(),
            size.heightPixels(),
            size.fontPixels(),
            titled ? chart.title() : "",
            colours
        });
        String svg = INSTANCE.matcher(PlainText.lines(drawn.toString())).replaceAll(chart.id() + "-");
        String plain = ELEMENT.matcher(INTERACTION.matcher(svg).replaceAll("")).replaceFirst("$1");
        String drawing = STYLE.matcher(plain)
                .replaceAll(style -> Matcher.quoteReplacement(attributes(style.group(1))))
                // Not every program knows this colour; those that do not take black.
                .replace("\"transparent\"", "\"none\"")
                .replace("font-family=\"sans-serif\"", "font-family=\"" + FONTS + "\"")
                .replace(CENTRAL, String.format(Locale.ROOT, "dy=\"%.2f\"", size.fontPixels() * HALF_A_CAPITAL));
        return Html.text(out -> JtesvgGenerated.render(out, null, chart, size, drawing));
    }

    private static String attributes(String declarations) {
        StringBuilder out = new StringBuilder();
        for (String declaration : declarations.split(";")) {
            int colon = declaration.indexOf(':');
            if (colon > 0) {
                out.append(' ')
                        .append(declaration, 0, colon)
                        .append("=\"")
                        .append(declaration.substring(colon + 1).strip())
                        .append('"');
            }
        }
        return out.toString();
    }

    @Override
    public void close() {
        Context.exit();
    }
}
