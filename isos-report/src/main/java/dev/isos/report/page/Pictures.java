package dev.isos.report.page;

import dev.isos.report.figure.Figure;
import dev.isos.report.figure.SvgRenderer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The charts of figures as SVG elements. */
public final class Pictures {
    private Pictures() {}

    /** By id of the chart, in order. */
    public static Map<String, String> of(List<Figure> figures) {
        Map<String, String> pictures = new LinkedHashMap<>();
        if (figures.stream().anyMatch(figure -> !figure.charts().isEmpty())) {
            try (SvgRenderer renderer = new SvgRenderer()) {
                figures.forEach(
                        figure -> figure.charts().forEach(chart -> pictures.put(chart.id(), renderer.render(chart))));
            }
        }
        return pictures;
    }
}
