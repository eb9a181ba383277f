package dev.isos.report.timeline;

import dev.isos.report.page.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was drawn for a report.
 *
 * @param sections of the page
 * @param files SVG by name of the file
 */
public record Drawings(List<Section> sections, Map<String, String> files) {
    /** Nothing. */
    public static final Drawings NONE = new Drawings(List.of(), Map.of());

    public Drawings {
        sections = List.copyOf(sections);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }
}
