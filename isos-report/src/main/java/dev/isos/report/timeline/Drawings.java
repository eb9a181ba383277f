package dev.isos.report.timeline;

import dev.isos.report.page.Opening.Panel;
import dev.isos.report.page.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was drawn for a report.
 *
 * @param sections of the page
 * @param files SVG by name of the file
 * @param pipelining layers that run at the same time, for the opening of the page
 */
public record Drawings(List<Section> sections, Map<String, String> files, Optional<Panel> pipelining) {
    /** Nothing. */
    public static final Drawings NONE = new Drawings(List.of(), Map.of(), Optional.empty());

    public Drawings {
        sections = List.copyOf(sections);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }
}
