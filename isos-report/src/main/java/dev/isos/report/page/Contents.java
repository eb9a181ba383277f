package dev.isos.report.page;

import dev.isos.report.figure.Figure;
import dev.isos.report.page.Opening.Chapter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands under one heading of a page.
 *
 * @param title empty for no heading
 */
record Contents(String title, List<Figure> figures, List<Section> sections) {
    /** All figures and sections: by the opening's chapters, those of no chapter before them. */
    static List<Contents> of(@Nullable Opening opening, List<Figure> figures, List<Section> sections) {
        List<Chapter> chapters = opening == null ? List.of() : opening.chapters();
        List<String> placed = chapters.stream().flatMap(c -> c.parts().stream()).toList();
        List<Contents> all = new ArrayList<>();
        all.add(new Contents(
                "",
                figures.stream().filter(f -> !placed.contains(f.id())).toList(),
                sections.stream().filter(s -> !placed.contains(s.id())).toList()));
        for (Chapter chapter : chapters) {
            all.add(new Contents(
                    chapter.title(),
                    figures.stream()
                            .filter(f -> chapter.parts().contains(f.id()))
                            .toList(),
                    sections.stream()
                            .filter(s -> chapter.parts().contains(s.id()))
                            .toList()));
        }
        // the last one has the table of runs as well
        int last = all.size() - 1;
        return all.stream()
                .filter(c -> c == all.get(last)
                        || !c.figures().isEmpty()
                        || !c.sections().isEmpty())
                .toList();
    }
}
