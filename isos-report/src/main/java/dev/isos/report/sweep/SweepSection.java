package dev.isos.report.sweep;

import dev.isos.report.page.Section;
import dev.isos.report.text.MetricFormat;
import dev.isos.report.text.SweepReport;
import dev.isos.report.text.Units;
import dev.isos.study.sweep.Constraint;
import dev.isos.study.sweep.Sensitivity;
import dev.isos.study.sweep.Summary;
import dev.isos.study.sweep.SweepPoint;
import dev.isos.study.sweep.SweepResult;
import gg.jte.html.HtmlContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The points of a sweep, to be looked at from all sides. */
public final class SweepSection implements Section {
    private static final int MOST_NAMED = 5;

    private final SweepResult result;
    private final SweepData data;
    private final List<Summary> summaries;
    private final @Nullable SweepState state;

    /**
     * Of all points.
     *
     * @param command what a command line begins with, such as {@code ./isos}; empty if the page is to show none
     * @param given options that every run needs
     * @param state how far the sweep is; null for a page that says nothing about it
     */
    public SweepSection(SweepResult result, String command, String given, @Nullable SweepState state) {
        this.result = result;
        this.state = state;
        this.summaries = result.summaries();
        this.data = SweepData.of(result, summaries, command, given, state == null ? null : state.clock());
    }

    @Override
    public String id() {
        return "sweep";
    }

    @Override
    public String title() {
        return "The points";
    }

    @Override
    public HtmlContent html() {
        return out -> JtesweepGenerated.render(out, null, this);
    }

    @Override
    public String script() {
        return resource("sweep.js") + (state == null ? "" : resource("live.js"));
    }

    @Override
    public Object data() {
        return data;
    }

    @Override
    public String style() {
        return resource("sweep.css");
    }

    @Nullable
    SweepState state() {
        return state;
    }

    /** What the estimates were worth; empty without estimates. */
    String refinement() {
        return result.refinement().map(SweepReport::sentence).orElse("");
    }

    List<String> constraints() {
        return result.spec().constraints().stream().map(Constraint::text).toList();
    }

    int unevaluated() {
        return result.unevaluated();
    }

    /**
     * A line of what is best.
     *
     * @param group workload, or the means
     */
    record Best(String group, String why, String configuration) {}

    /** Knee and best points of each workload and of the means. */
    List<Best> best() {
        List<Best> all = new ArrayList<>();
        for (int i = 0; i < summaries.size(); i++) {
            Summary summary = summaries.get(i);
            String group = data.groups().get(i).name();
            Map<String, List<String>> why = new LinkedHashMap<>();
            if (summary.knee() != null) {
                why.computeIfAbsent(summary.knee(), key -> new ArrayList<>()).add("knee");
            }
            summary.best()
                    .forEach((objective, name) -> why.computeIfAbsent(name, key -> new ArrayList<>())
                            .add((objective.startsWith("max ") ? "most " : "least ") + name(objective)));
            why.forEach(
                    (configuration, reasons) -> all.add(new Best(group, String.join(", ", reasons), configuration)));
        }
        return all;
    }

    private static String name(String objective) {
        return MetricFormat.of(objective.substring(objective.indexOf(' ') + 1)).name();
    }

    /** Names of the objectives. */
    List<String> objectives() {
        return result.spec().objectives().stream()
                .map(objective -> name(objective.path()))
                .toList();
    }

    /** What a key does to each objective. */
    record Effect(String group, String key, List<String> effects) {}

    /** How much each key matters. */
    List<Effect> effects() {
        List<Effect> all = new ArrayList<>();
        for (int i = 0; i < summaries.size(); i++) {
            Summary summary = summaries.get(i);
            String group = data.groups().get(i).name();
            summary.sensitivity().forEach((key, of) -> {
                List<String> effects = new ArrayList<>();
                for (Sensitivity each : of.values()) {
                    effects.add(Units.percent(each.share()));
                    effects.add(Units.ratio(each.ratio()));
                }
                all.add(new Effect(group, key, effects));
            });
        }
        return all;
    }

    /**
     * Points that failed for one reason.
     *
     * @param configurations the first ones
     */
    record Failure(String workload, String reason, int count, String configurations) {}

    /** Points that could not run, by reason. */
    List<Failure> failures() {
        Map<List<String>, List<String>> byReason = new LinkedHashMap<>();
        for (SweepPoint point : result.infeasible()) {
            byReason.computeIfAbsent(List.of(point.workload(), point.reason()), key -> new ArrayList<>())
                    .add(point.configuration());
        }
        List<Failure> all = new ArrayList<>();
        byReason.forEach((why, names) -> all.add(new Failure(
                why.get(0),
                why.get(1),
                names.size(),
                String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
                        + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : ""))));
        return all;
    }

    private static String resource(String name) {
        try (InputStream in = SweepSection.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
