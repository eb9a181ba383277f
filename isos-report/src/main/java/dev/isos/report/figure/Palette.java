package dev.isos.report.figure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Colours of marks. A colour means one thing on a page: an accelerator, the role of a tensor, what energy goes into, a network,
 * or a further part of a whole. Configurations of one machine share a hue. Each colour has a variant for dark pages; either
 * stands out from its background by at least 3 to 1.
 */
public final class Palette {
    private static final Map<String, String> DARK = new LinkedHashMap<>();

    private static final Map<String, String> ACCELERATORS = Map.ofEntries(
            Map.entry("isosceles", colour("#00629b", "#3fa0e0")),
            Map.entry("isosceles-single", colour("#4496c8", "#9bd2f5")),
            Map.entry("isosceles-optimal", colour("#0a3d66", "#2f82bd")),
            Map.entry("sparten", colour("#d55e00", "#f58a33")),
            Map.entry("sparten-ideal", colour("#8f3b00", "#c06a2e")),
            Map.entry("fused-layer", colour("#b57a00", "#ecb84d")),
            Map.entry("fused-layer-ideal", colour("#7a5300", "#ab8440")),
            Map.entry("structured", colour("#7d3c98", "#c58be0")),
            Map.entry("scnn", colour("#00865f", "#35c59a")),
            Map.entry("systolic-os", colour("#5e5e5e", "#c4c4c4")),
            Map.entry("systolic-ws", colour("#7a7a7a", "#a8a8a8")),
            Map.entry("systolic-is", colour("#919191", "#8c8c8c")));
    private static final List<String> FURTHER_ACCELERATORS =
            colours("#9b2f6b #e07fb5", "#3d6b1f #93c46f", "#6a3fa0 #b597e6", "#a6402f #ea8d7d", "#1f6f7a #62bcc8");
    private static final List<String> ROLES =
            colours("#5b4a9e #a493e8", "#2a8a80 #4fc4b8", "#b8487e #ea86b3", "#857312 #c9ba55");
    private static final List<String> USES =
            colours("#7f4a1e #d69a66", "#46708f #8dbbdb", "#6d7d2c #b3c56c", "#80808c #a5a5b2");
    private static final List<String> NETWORKS =
            colours("#1f2733 #eef1f5", "#56667d #b3c0d1", "#8a5a44 #d9a98f", "#4b7a5a #98cba8", "#7b5c91 #c8aadd");
    private static final List<String> PARTS = colours(
            "#4f5fb5 #98a5ee",
            "#a8552b #e59b74",
            "#2f8f57 #6bcb92",
            "#a13d7f #e086c4",
            "#6f7f1d #bccb62",
            "#5d87a1 #9cc5de",
            "#8b6fb0 #c3a9e4",
            "#9a7b4f #d4b78d");
    private static final List<String> SYMBOLS = List.of(
            "circle",
            "rect",
            "triangle",
            "diamond",
            "roundRect",
            "emptyCircle",
            "emptyRect",
            "emptyTriangle",
            "emptyDiamond");

    /** What is published, beside ours in any colour. */
    static final String PUBLISHED = colour("#111111", "#ffffff");

    /** Around it, so that it is seen on any colour. */
    static final String AROUND_PUBLISHED = colour("#ffffff", "#111111");

    /** Limits and other lines that no run gave. */
    static final String LIMIT = colour("#6b7480", "#98a3af");

    private Palette() {}

    private static String colour(String light, String dark) {
        if (DARK.put(light, dark) != null) {
            throw new IllegalStateException(light + " would mean two things");
        }
        return light;
    }

    private static List<String> colours(String... pairs) {
        return Stream.of(pairs)
                .map(pair -> colour(pair.split(" ")[0], pair.split(" ")[1]))
                .toList();
    }

    /** Colour of an accelerator as {@code #rrggbb}; of one that is not built in, one that its name decides. */
    public static String accelerator(String id) {
        String own = ACCELERATORS.get(id);
        return own != null ? own : FURTHER_ACCELERATORS.get(Math.floorMod(id.hashCode(), FURTHER_ACCELERATORS.size()));
    }

    /** Colour of the role of a tensor: 0 weights, 1 inputs, 2 outputs, 3 residuals. */
    public static String role(int n) {
        return ROLES.get(n);
    }

    /** Colour of what energy or area goes into: 0 MACs, 1 SRAM, 2 DRAM, 3 the rest. */
    public static String use(int n) {
        return USES.get(n);
    }

    /** Colour of the n-th network, from 0; colours come again after the last. */
    public static String network(int n) {
        return NETWORKS.get(n % NETWORKS.size());
    }

    /** Colour of the n-th part of any other whole, from 0; colours come again after the last. */
    public static String part(int n) {
        return PARTS.get(n % PARTS.size());
    }

    /** Symbol of the n-th series of points, from 0, so that they differ without colour too; an ECharts name. */
    public static String symbol(int n) {
        return SYMBOLS.get(n % SYMBOLS.size());
    }

    /** All colours, each with its variant for dark pages. */
    static Map<String, String> all() {
        return Map.copyOf(DARK);
    }

    /** What a style sheet writes for a colour, so that it follows the page from light to dark. */
    public static String variable(String colour) {
        return "var(--p-" + colour.substring(1) + ")";
    }

    /** Declarations of the custom properties behind {@link #variable}. */
    public static String declarations(boolean dark) {
        StringBuilder out = new StringBuilder();
        DARK.forEach((light, variant) ->
                out.append(String.format(Locale.ROOT, "--p-%s:%s;", light.substring(1), dark ? variant : light)));
        return out.toString();
    }
}
