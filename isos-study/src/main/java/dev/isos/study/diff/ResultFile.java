package dev.isos.study.diff;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the runs of a result: the JSON document of {@code run}, {@code compare} or {@code reproduce}. */
public final class ResultFile {
    private static final String NAME = "results.json";
    private static final String VERSION = "schemaVersion";
    private static final String RUNS = "runs";
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // a later version may say more
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    /** What every run has; the rest may be null. */
    private static final List<JsonPointer> NEEDED = List.of(
            JsonPointer.compile("/workload"),
            JsonPointer.compile("/workload/id"),
            JsonPointer.compile("/workload/network"),
            JsonPointer.compile("/workload/source"),
            JsonPointer.compile("/accelerator"),
            JsonPointer.compile("/accelerator/id"),
            JsonPointer.compile("/accelerator/name"),
            JsonPointer.compile("/accelerator/dataflow"),
            JsonPointer.compile("/accelerator/hardware"),
            JsonPointer.compile("/accelerator/mapping"),
            JsonPointer.compile("/accelerator/fidelity"),
            JsonPointer.compile("/accelerator/energyModel"),
            JsonPointer.compile("/accelerator/changes"),
            JsonPointer.compile("/cycles"),
            JsonPointer.compile("/macs"),
            JsonPointer.compile("/traffic"),
            JsonPointer.compile("/energyPj"),
            JsonPointer.compile("/bound"),
            JsonPointer.compile("/prediction"),
            JsonPointer.compile("/segments"),
            JsonPointer.compile("/leftOut"),
            JsonPointer.compile("/layers"),
            JsonPointer.compile("/components"),
            JsonPointer.compile("/versions"));

    private ResultFile() {}

    /**
     * The runs of a result, one at least.
     *
     * @param path the document, or a folder with it as {@code results.json}
     * @throws IsosException naming the file, the place in it and what was expected
     */
    public static List<RunResult> read(Path path) {
        Path file = file(path);
        String text = Bounds.text(file.toString(), file, Bounds.RESULT_BYTES);
        JsonNode document;
        try {
            document = MAPPER.readTree(text);
        } catch (IOException e) {
            throw IsosException.badInput(file + " is no JSON document: " + IoReason.ofParser(e));
        }
        boolean one = document.has("cycles") && document.has("layers");
        JsonNode runs = document.path(RUNS);
        if (!document.path(VERSION).isInt() || !one && !(runs.isArray() && !runs.isEmpty())) {
            throw IsosException.badInput(
                    file + ": expected a result of run, compare or reproduce as JSON, with the runs in it");
        }
        if (document.get(VERSION).intValue() != RunResult.SCHEMA_VERSION) {
            throw IsosException.badInput(
                    file + ": " + VERSION + " is " + document.get(VERSION) + ", expected " + RunResult.SCHEMA_VERSION);
        }
        List<RunResult> results = new ArrayList<>();
        if (one) {
            results.add(result(file, "", document));
        } else {
            for (int i = 0; i < runs.size(); i++) {
                results.add(result(file, "/" + RUNS + "/" + i, runs.get(i)));
            }
        }
        return results;
    }

    /** The document that a path leads to. */
    public static Path file(Path path) {
        return Files.isDirectory(path) ? path.resolve(NAME) : path;
    }

    private static RunResult result(Path file, String place, JsonNode run) {
        for (JsonPointer needed : NEEDED) {
            JsonNode value = run.at(needed);
            if (value.isMissingNode() || value.isNull()) {
                throw IsosException.badInput(file + ": " + place + needed + " is missing");
            }
        }
        parts(file, place + "/segments", run.get("segments"), List.of("layers", "cycles", "traffic", "limitedBy"));
        parts(file, place + "/layers", run.get("layers"), List.of("name", "op", "shape", "macs", "cycles", "traffic"));
        try {
            RunResult result = MAPPER.treeToValue(run, RunResult.class);
            whole(file, place, result);
            return result;
        } catch (IsosException e) {
            throw e;
        } catch (JsonMappingException e) {
            StringBuilder at = new StringBuilder(place);
            e.getPath()
                    .forEach(step -> at.append('/')
                            .append(
                                    step.getFieldName() == null
                                            ? String.valueOf(step.getIndex())
                                            : step.getFieldName()));
            throw IsosException.badInput(file + ": " + (at.isEmpty() ? "it" : at) + " is not what a run has there");
        } catch (IOException | RuntimeException e) {
            throw IsosException.badInput(file + ": " + (place.isEmpty() ? "it" : place) + " is not what a run is");
        }
    }

    /** Refuses a run whose parts do not fit one another: layers, what they read, and the segments that they ran in. */
    private static void whole(Path file, String place, RunResult run) {
        if (run.cycles() < 0) {
            throw IsosException.badInput(file + ": " + place + "/cycles: expected at least 0, got " + run.cycles());
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < run.layers().size(); i++) {
            LayerResult layer = run.layers().get(i);
            String at = file + ": " + place + "/layers/" + i;
            if (!names.add(layer.name())) {
                throw IsosException.badInput(at + "/name: layer '" + layer.name() + "' appears twice");
            }
            if (layer.cycles() < 0) {
                throw IsosException.badInput(at + "/cycles: expected at least 0, got " + layer.cycles());
            }
            for (int input : layer.inputLayers()) {
                before(i, input, at + "/inputLayers");
            }
            if (layer.residualLayer() != null) {
                before(i, layer.residualLayer(), at + "/residualLayer");
            }
        }
        if (run.segments().isEmpty()) {
            throw IsosException.badInput(file + ": " + place + "/segments: expected one or more, got none");
        }
        // concatenations and what totals leave out may be in none
        Set<String> left = new HashSet<>(names);
        for (int i = 0; i < run.segments().size(); i++) {
            SegmentResult segment = run.segments().get(i);
            String at = file + ": " + place + "/segments/" + i;
            if (segment.cycles() < 0) {
                throw IsosException.badInput(at + "/cycles: expected at least 0, got " + segment.cycles());
            }
            for (String name : segment.layers()) {
                if (!left.remove(name)) {
                    throw IsosException.badInput(
                            at + "/layers: expected layers of the run, each once, got '" + name + "'");
                }
            }
        }
    }

    private static void before(int layer, int input, String place) {
        if (input >= layer) {
            throw IsosException.badInput(place + ": expected layers before this one, got position " + input);
        }
    }

    private static void parts(Path file, String place, JsonNode parts, List<String> needed) {
        if (!parts.isArray()) {
            throw IsosException.badInput(file + ": " + place + " is no list");
        }
        for (int i = 0; i < parts.size(); i++) {
            for (String key : needed) {
                JsonNode value = parts.get(i).path(key);
                boolean empty = key.equals("layers") && value.isEmpty();
                if (value.isMissingNode() || value.isNull() || empty) {
                    throw IsosException.badInput(file + ": " + place + "/" + i + "/" + key + " is missing");
                }
            }
        }
    }
}
