package dev.isos.study.diff;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.result.RunResult;
import dev.isos.core.bound.Bounds;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
            return MAPPER.treeToValue(run, RunResult.class);
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
