package dev.isos.report.figure;

import java.util.List;
import java.util.Map;

/**
 * Colours of marks. An accelerator has the same one in every chart. Those of accelerators are the palette of Okabe and Ito
 * ("Color Universal Design", 2008), which people with any common colour vision tell apart, and greys for the dense arrays;
 * those of parts of a whole are after Tol ("Colour Schemes", SRON, 2021). All stand out from white and from near black.
 */
public final class Palette {
    private static final Map<String, String> ACCELERATORS = Map.ofEntries(
            Map.entry("isosceles-optimal", "#0072b2"),
            Map.entry("isosceles", "#56b4e9"),
            Map.entry("isosceles-single", "#cc79a7"),
            Map.entry("sparten", "#d55e00"),
            Map.entry("sparten-ideal", "#8f3b00"),
            Map.entry("fused-layer", "#e69f00"),
            Map.entry("fused-layer-ideal", "#b38600"),
            Map.entry("scnn", "#009e73"),
            Map.entry("systolic-os", "#6f6f6f"),
            Map.entry("systolic-ws", "#8c8c8c"),
            Map.entry("systolic-is", "#a9a9a9"));
    private static final List<String> FURTHER = List.of("#7b68c8", "#44aa99", "#a6761d", "#cc6677", "#5f8b3a");
    private static final List<String> PARTS =
            List.of("#7b68c8", "#44aa99", "#c9a93f", "#cc6677", "#6a9fd8", "#8c8c8c", "#a6761d", "#5f8b3a");
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

    private Palette() {}

    /** Colour of an accelerator as {@code #rrggbb}; of one that is not built in, one that its name decides. */
    public static String accelerator(String id) {
        String own = ACCELERATORS.get(id);
        return own != null ? own : FURTHER.get(Math.floorMod(id.hashCode(), FURTHER.size()));
    }

    /** Colour of the n-th part of a whole (role of a tensor, kind of energy), from 0; colours come again after the last. */
    public static String part(int n) {
        return PARTS.get(n % PARTS.size());
    }

    /** Symbol of the n-th series of points, from 0, so that they differ without colour too; an ECharts name. */
    public static String symbol(int n) {
        return SYMBOLS.get(n % SYMBOLS.size());
    }
}
