package dev.isos.report.text;

import dev.isos.api.network.Layer;
import dev.isos.api.workload.FloatComparison;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.report.console.Console;
import dev.isos.report.console.PlainText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is in a workload that has been written to a file. */
public final class WorkloadReport implements Printable {
    private static final int SCHEMA_VERSION = 1;
    private static final String LABEL = "  %-11s %s%n";

    private final Document document;

    /** The JSON document. */
    record Document(
            int schemaVersion,
            String file,
            long fileBytes,
            String workload,
            String network,
            long seed,
            String source,
            List<String> inputs,
            long parameters,
            long nonZeros,
            double weightDensity,
            Macs macs,
            List<LayerEntry> layers) {}

    /** @param effectual null when the workload carries no reference */
    record Macs(long dense, @Nullable Long effectual) {}

    /**
     * A layer.
     *
     * @param weightDensity null without weights
     * @param outputDensity null when the workload carries no reference
     * @param floatDensity density of the same output in float; null where it was not compared
     * @param sqnrDb signal-to-quantisation-noise ratio against float; null where it was not compared or nothing differs
     */
    record LayerEntry(
            String name,
            String op,
            String outputShape,
            long parameters,
            long nonZeros,
            @Nullable Double weightDensity,
            @Nullable Double outputDensity,
            @Nullable Double floatDensity,
            @Nullable Double sqnrDb,
            Macs macs) {}

    /** @param file name of the file and {@code fileBytes} its size */
    public WorkloadReport(Workload workload, String file, long fileBytes) {
        List<LayerEntry> layers = new ArrayList<>();
        long effectual = 0;
        for (Layer layer : workload.network().layers()) {
            boolean weights = layer.convolution().isPresent();
            LayerReference reference =
                    workload.hasReference() ? workload.reference().get(layer.index()) : null;
            Optional<FloatComparison> comparison = reference == null ? Optional.empty() : reference.comparison();
            effectual += reference == null ? 0 : reference.effectualMacs();
            layers.add(new LayerEntry(
                    layer.name(),
                    layer.op().label(),
                    layer.outputShape().toString(),
                    weights ? layer.filterShape().elements() : 0,
                    weights ? workload.filters(layer.index()).nonZeros() : 0,
                    weights ? workload.filters(layer.index()).density() : null,
                    reference == null
                            ? null
                            : reference.outputNonZeros()
                                    / (double) layer.outputShape().elements(),
                    comparison.map(FloatComparison::floatDensity).orElse(null),
                    comparison
                            .map(FloatComparison::sqnrDb)
                            .filter(db -> !db.isInfinite())
                            .orElse(null),
                    new Macs(layer.denseMacs(), reference == null ? null : reference.effectualMacs())));
        }
        List<String> inputs = new ArrayList<>();
        for (int n = 0; n <= workload.network().furtherInputs().size(); n++) {
            inputs.add(workload.network().shapeOf(Layer.networkInput(n)).toString());
        }
        document = new Document(
                SCHEMA_VERSION,
                file,
                fileBytes,
                workload.info().id(),
                workload.network().name(),
                workload.info().seed(),
                workload.info().source(),
                inputs,
                workload.network().parameters(),
                workload.weightNonZeros(),
                workload.weightDensity(),
                new Macs(workload.network().denseMacs(), workload.hasReference() ? effectual : null),
                layers);
    }

    @Override
    public Object json() {
        return document;
    }

    private static List<Column<LayerEntry>> columns() {
        return List.of(
                Column.text("name", "layer", 0, LayerEntry::name),
                Column.text("op", "operation", 2, LayerEntry::op),
                Column.text("outputShape", "output", 1, LayerEntry::outputShape),
                Column.number("parameters", "weights", 0, LayerEntry::parameters, l -> Units.count(l.parameters())),
                Column.number("nonZeros", "non-zero", 3, LayerEntry::nonZeros, l -> Units.count(l.nonZeros())),
                Column.number(
                        "weightDensity",
                        "weight\ndensity",
                        0,
                        LayerEntry::weightDensity,
                        l -> share(l.weightDensity())),
                Column.number(
                        "outputDensity",
                        "output\ndensity",
                        0,
                        LayerEntry::outputDensity,
                        l -> share(l.outputDensity())),
                Column.number("floatDensity", "in\nfloat", 3, LayerEntry::floatDensity, l -> share(l.floatDensity())),
                Column.number(
                        "sqnrDb",
                        "SQNR\ndB",
                        1,
                        LayerEntry::sqnrDb,
                        l -> l.sqnrDb() == null ? "-" : String.format(Locale.ROOT, "%.1f", l.sqnrDb())),
                Column.number(
                        "macs.dense",
                        "MACs",
                        1,
                        l -> l.macs().dense(),
                        l -> Units.count(l.macs().dense())),
                Column.number(
                        "macs.effectual",
                        "effectual",
                        2,
                        l -> l.macs().effectual(),
                        l -> l.macs().effectual() == null
                                ? "-"
                                : Units.count(l.macs().effectual())));
    }

    private static String share(Double value) {
        return value == null ? "-" : Units.percent(value);
    }

    @Override
    public String csv() {
        return Csv.write(columns(), document.layers());
    }

    @Override
    public String table(Console console) {
        StringBuilder out = new StringBuilder();
        out.append(console.heading(document.workload())).append('\n');
        line(out, "file", document.file() + ", " + Units.megabytes(document.fileBytes()) + " MB");
        line(
                out,
                "network",
                document.network() + ", " + document.layers().size() + " layers, input "
                        + (document.inputs().size() == 1
                                ? document.inputs().get(0)
                                : document.inputs().get(0) + " and "
                                        + (document.inputs().size() - 1) + " more"));
        line(
                out,
                "weights",
                Units.count(document.parameters()) + ", of which " + Units.count(document.nonZeros()) + " ("
                        + Units.percent(document.weightDensity()) + ") are not zero");
        line(
                out,
                "MACs",
                Units.count(document.macs().dense()) + " dense"
                        + (document.macs().effectual() == null
                                ? ""
                                : ", " + Units.count(document.macs().effectual()) + " effectual"));
        String label = "source";
        for (String part : document.source().split(";\\s+")) {
            out.append(
                    Wrap.lines(String.format(Locale.ROOT, "  %-11s ", label), part, Math.max(40, console.columns())));
            label = "";
        }
        out.append('\n').append(console.heading("Layers")).append('\n');
        return out.append(new Table<>(columns()).rows(document.layers()).render(console.columns(), console::heading))
                .toString();
    }

    private static void line(StringBuilder out, String label, String text) {
        out.append(
                String.format(Locale.ROOT, LABEL, label, PlainText.line(text)).replace(System.lineSeparator(), "\n"));
    }
}
