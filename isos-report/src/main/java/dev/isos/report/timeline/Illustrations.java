package dev.isos.report.timeline;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.Platform;
import dev.isos.report.page.Opening.Panel;
import dev.isos.report.page.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Sections of a report that show single runs in detail, as the file {@code illustrations.yaml} says.
 *
 * @param timeline lanes over time
 * @param wavefronts one layer, wavefront by wavefront
 */
public record Illustrations(TimelineChoice timeline, WavefrontChoice wavefronts) {
    /**
     * Which run is drawn over time.
     *
     * @param accelerators drawn one below the other; the plan of the first is cut
     * @param segments how many segments of that plan
     */
    public record TimelineChoice(String workload, List<String> accelerators, int segments) {
        public TimelineChoice {
            accelerators = List.copyOf(accelerators);
        }
    }

    /**
     * Which layer is drawn wavefront by wavefront.
     *
     * @param layer name of a convolution
     * @param tiled id of a dataflow whose fused steps are the tiles
     */
    public record WavefrontChoice(String workload, String layer, String tiled) {}

    /** Those that ship with Isos. */
    public static Illustrations builtIn() {
        try (InputStream in = Illustrations.class.getResourceAsStream("illustrations.yaml")) {
            return YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build()
                    .readValue(in, Illustrations.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the illustrations that ship with Isos cannot be read", e);
        }
    }

    /**
     * Simulates what is to be drawn.
     *
     * @param workloads ids of the workloads of the report; others are not drawn
     * @param titles what accelerators are called, by id
     */
    public Drawings draw(Platform isos, List<String> workloads, WorkloadRequest request, UnaryOperator<String> titles) {
        List<Section> sections = new ArrayList<>();
        Map<String, String> files = new LinkedHashMap<>();
        List<Panel> panels = new ArrayList<>();
        with(isos, timeline.workload(), workloads, request, workload -> {
            TimelineSection section = TimelineSection.of(isos, workload, timeline);
            sections.add(section);
            files.put(section.id() + ".svg", section.file());
            panels.add(PipeliningPanel.of(
                    isos,
                    workload,
                    timeline.accelerators().get(0),
                    timeline.accelerators().get(1),
                    timeline.segments(),
                    titles));
        });
        with(
                isos,
                wavefronts.workload(),
                workloads,
                request,
                workload -> WavefrontSection.of(workload, wavefronts).ifPresent(sections::add));
        return new Drawings(sections, files, panels.stream().findFirst());
    }

    private static void with(
            Platform isos, String id, List<String> workloads, WorkloadRequest request, Consumer<Workload> use) {
        if (!workloads.contains(id)) {
            return;
        }
        Workload workload = isos.workload(id, request);
        try {
            use.accept(workload);
        } finally {
            isos.release(workload);
        }
    }
}
