package dev.isos.report.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaletteTest {
    private static final String LIGHT_PAGE = "#ffffff";
    private static final String DARK_PAGE = "#14181d";
    /** Of graphics, by the Web Content Accessibility Guidelines. */
    private static final double LEAST_CONTRAST = 3;

    private static double luminance(String colour) {
        double[] parts = IntStream.of(1, 3, 5)
                .mapToDouble(i -> Integer.parseInt(colour.substring(i, i + 2), 16) / 255.0)
                .map(c -> c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    private static double contrast(String a, String b) {
        double one = luminance(a) + 0.05;
        double two = luminance(b) + 0.05;
        return Math.max(one, two) / Math.min(one, two);
    }

    @Test
    void everyColourStandsOutFromEitherPage() {
        Palette.all().forEach((light, dark) -> {
            if (!light.equals(Palette.AROUND_PUBLISHED)) {
                assertTrue(contrast(light, LIGHT_PAGE) >= LEAST_CONTRAST, light);
                assertTrue(contrast(dark, DARK_PAGE) >= LEAST_CONTRAST, dark);
            }
        });
    }

    @Test
    void aColourMeansOneThing() {
        List<String> all = new ArrayList<>();
        List.of(
                        "isosceles",
                        "isosceles-single",
                        "isosceles-optimal",
                        "sparten",
                        "sparten-ideal",
                        "fused-layer",
                        "fused-layer-ideal",
                        "scnn",
                        "structured",
                        "systolic-os",
                        "systolic-ws",
                        "systolic-is")
                .forEach(id -> all.add(Palette.accelerator(id)));
        IntStream.range(0, 4).forEach(n -> all.add(Palette.role(n)));
        IntStream.range(0, 4).forEach(n -> all.add(Palette.use(n)));
        IntStream.range(0, 5).forEach(n -> all.add(Palette.network(n)));
        IntStream.range(0, 8).forEach(n -> all.add(Palette.part(n)));
        all.addAll(List.of(Palette.PUBLISHED, Palette.LIMIT));
        assertEquals(all.size(), new HashSet<>(all).size());
        assertEquals(Palette.accelerator("mine"), Palette.accelerator("mine"), "of a plug-in's too");
        assertTrue(Palette.all().keySet().containsAll(all));
    }

    @Test
    void stylesFollowThePage() {
        String colour = Palette.accelerator("isosceles");
        assertEquals("var(--p-00629b)", Palette.variable(colour));
        for (boolean dark : new boolean[] {false, true}) {
            String expected = "--p-00629b:" + (dark ? Palette.all().get(colour) : colour) + ";";
            assertTrue(Palette.declarations(dark).toLowerCase(Locale.ROOT).contains(expected));
        }
    }
}
