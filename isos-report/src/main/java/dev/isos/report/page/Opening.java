package dev.isos.report.page;

import gg.jte.html.HtmlContent;
import java.util.List;

/**
 * What a page begins with: the story that its figures tell, for who has ten seconds.
 *
 * @param sentence what this is, and what is compared with what
 * @param numbers the few that matter
 * @param verdict whether they agree with what is published, in a sentence
 * @param evidence id of the figure that the verdict comes from
 * @param panels pictures, each of which makes one point
 * @param chapters what everything that follows is grouped by; the table of runs follows the last one
 */
public record Opening(
        String sentence,
        List<KeyNumber> numbers,
        String verdict,
        String evidence,
        List<Panel> panels,
        List<Chapter> chapters) {
    public Opening {
        numbers = List.copyOf(numbers);
        panels = List.copyOf(panels);
        chapters = List.copyOf(chapters);
    }

    /**
     * Figures and sections under one heading.
     *
     * @param title heading, plain text
     * @param parts ids of figures and sections; those that a page does not have are passed over
     */
    public record Chapter(String title, List<String> parts) {
        public Chapter {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A number, the published one beside it.
     *
     * @param what it is of, in a few words
     * @param ours as people read it, with its unit
     * @param paper the same of the published one
     * @param difference between them, with its sign and unit
     * @param also a second number of the same kind, in a few words; may be empty
     * @param why in a sentence
     * @param runs positions of the runs that it comes from
     */
    public record KeyNumber(
            String what, String ours, String paper, String difference, String also, String why, List<Integer> runs) {
        public KeyNumber {
            runs = List.copyOf(runs);
        }
    }

    /**
     * A picture that makes one point.
     *
     * @param id anchor, unique on the page
     * @param title the point, in a sentence
     * @param html the picture
     * @param caption what is seen, and where it comes from
     */
    public record Panel(String id, String title, HtmlContent html, String caption) {}
}
