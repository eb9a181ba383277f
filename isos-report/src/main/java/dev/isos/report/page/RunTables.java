package dev.isos.report.page;

import dev.isos.api.result.RunResult;
import dev.isos.api.result.RunResult.ComponentResult;
import dev.isos.api.result.RunResult.LayerResult;
import dev.isos.api.result.RunResult.SegmentResult;
import dev.isos.report.figure.FigureReport.SourceRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tables of all runs, as data from which the page's script builds one when it is asked for: columns as arrays, and equal
 * ones once, which those of one workload on several accelerators are in part.
 *
 * @param arrays columns
 * @param runs per run and kind of table, the positions of its columns among the arrays
 */
record RunTables(List<Kind> kinds, List<List<Object>> arrays, List<Map<String, List<Integer>>> runs) {
    private static final double PERCENT = 100;
    private static final double ROUNDING = 100;
    private static final int BYTES_PER_KIB = 1024;
    private static final int PJ_PER_UJ = 1_000_000;

    /** A kind of table. */
    record Kind(String id, String title, List<KindColumn> columns) {}

    /** A column; shown is the value over {@code divide}. */
    record KindColumn(String header, int decimals, int divide) {}

    private record Source<T>(KindColumn column, Function<T, Object> value) {
        static <T> Source<T> words(String header, Function<T, Object> value) {
            return new Source<>(new KindColumn(header, -1, 1), value);
        }

        static <T> Source<T> number(String header, int decimals, int divide, Function<T, Object> value) {
            return new Source<>(new KindColumn(header, decimals, divide), value);
        }
    }

    private static final List<Source<LayerResult>> LAYERS = List.of(
            Source.words("layer", LayerResult::name),
            Source.words("operation", LayerResult::op),
            Source.words("output", LayerResult::shape),
            Source.number("weights non-0, %", 1, 1, l -> percent(l.weightDensity())),
            Source.number("inputs non-0, %", 1, 1, l -> percent(l.inputDensity())),
            Source.number("dense MACs", 0, 1, l -> l.macs().dense()),
            Source.number("effectual MACs", 0, 1, l -> l.macs().effectual()),
            Source.number("performed MACs", 0, 1, l -> l.macs().performed()),
            Source.number("busy cycles", 0, 1, LayerResult::cycles),
            Source.number("MACs used, %", 1, 1, l -> percent(l.macUtilization())),
            Source.number("start cycle", 0, 1, LayerResult::startCycle),
            Source.number("end cycle", 0, 1, LayerResult::endCycle),
            Source.number("weights, KiB", 1, BYTES_PER_KIB, l -> l.traffic().weights()),
            Source.number("inputs, KiB", 1, BYTES_PER_KIB, l -> l.traffic().inputs()),
            Source.number("outputs, KiB", 1, BYTES_PER_KIB, l -> l.traffic().outputs()),
            Source.number("residuals, KiB", 1, BYTES_PER_KIB, l -> l.traffic().residuals()),
            Source.number("off chip, KiB", 1, BYTES_PER_KIB, l -> l.traffic().total()));

    private static final List<Source<SegmentResult>> SEGMENTS = List.of(
            Source.words("first layer", s -> s.layers().get(0)),
            Source.words("last layer", s -> s.layers().get(s.layers().size() - 1)),
            Source.number("layers", 0, 1, s -> s.layers().size()),
            Source.number("cycles", 0, 1, SegmentResult::cycles),
            Source.words("limited by", SegmentResult::limitedBy),
            Source.number("on chip, KiB", 1, BYTES_PER_KIB, SegmentResult::onChipBytes),
            Source.number("weights, KiB", 1, BYTES_PER_KIB, s -> s.traffic().weights()),
            Source.number("inputs, KiB", 1, BYTES_PER_KIB, s -> s.traffic().inputs()),
            Source.number("outputs, KiB", 1, BYTES_PER_KIB, s -> s.traffic().outputs()),
            Source.number("residuals, KiB", 1, BYTES_PER_KIB, s -> s.traffic().residuals()),
            Source.number("off chip, KiB", 1, BYTES_PER_KIB, s -> s.traffic().total()));

    private static final List<Source<ComponentResult>> COMPONENTS = List.of(
            Source.words("component", ComponentResult::name),
            Source.words("kind", ComponentResult::category),
            Source.number("energy, µJ", 2, PJ_PER_UJ, c -> rounded(c.energyPj())),
            Source.number("area, mm²", 3, 1, ComponentResult::areaMm2));

    static RunTables of(List<SourceRun> runs) {
        Map<List<Object>, Integer> arrays = new LinkedHashMap<>();
        List<Map<String, List<Integer>>> tables = new ArrayList<>();
        for (SourceRun source : runs) {
            RunResult run = source.result();
            Map<String, List<Integer>> table = new LinkedHashMap<>();
            table.put("layers", columns(arrays, LAYERS, run.layers()));
            table.put("segments", columns(arrays, SEGMENTS, run.segments()));
            table.put("components", columns(arrays, COMPONENTS, run.components()));
            tables.add(table);
        }
        List<Kind> kinds = List.of(
                kind("layers", "Layers", LAYERS),
                kind("segments", "Segments: layers that run together", SEGMENTS),
                kind("components", "Energy and area by component", COMPONENTS));
        return new RunTables(kinds, new ArrayList<>(arrays.keySet()), tables);
    }

    private static <T> Kind kind(String id, String title, List<Source<T>> sources) {
        return new Kind(id, title, sources.stream().map(Source::column).toList());
    }

    private static <T> List<Integer> columns(Map<List<Object>, Integer> arrays, List<Source<T>> sources, List<T> rows) {
        List<Integer> columns = new ArrayList<>();
        for (Source<T> source : sources) {
            List<Object> column = rows.stream().map(source.value()).toList();
            columns.add(arrays.computeIfAbsent(column, c -> arrays.size()));
        }
        return columns;
    }

    /** A share as percent with the digits that are shown, and one more to sort by. */
    private static double percent(double share) {
        return rounded(share * PERCENT);
    }

    private static double rounded(double value) {
        return Math.rint(value * ROUNDING) / ROUNDING;
    }
}
