package dev.isos.hw.energy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.EnergyReport;
import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.core.file.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Energy = count * energy per action, area = instances * area, from a versioned table whose every entry names its source.
 * The kinds of components that it knows are listed in the package comment. The energy of an SRAM access is interpolated
 * in log-log scale over the capacity of the instance; outside of the table's points the nearest line is prolonged.
 */
public final class TableEnergyModel implements EnergyModel {
    private static final String TABLE = "horowitz-45nm.yaml";
    private static final int SUPPORTED_VERSION = 1;
    private static final double UM2_PER_MM2 = 1e6;

    private final String id;
    private final String description;
    private final double dramPjPerByte;
    private final JsonNode kinds;

    private TableEnergyModel(JsonNode model, JsonNode kinds) {
        this.id = model.required("id").asText();
        this.description = model.required("description").asText();
        this.dramPjPerByte = 8 * model.required("dram").required("pjPerBit").doubleValue();
        this.kinds = kinds;
    }

    /** The models of the table that ships with Isos: {@code horowitz-45nm-hbm} and {@code horowitz-45nm-ddr}. */
    public static List<EnergyModel> builtIn() {
        try (InputStream in = TableEnergyModel.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + TABLE + " is missing");
            }
            return read(in, TABLE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the models of a table.
     *
     * @param name how messages call the table
     */
    static List<EnergyModel> read(InputStream yaml, String name) {
        try {
            JsonNode table = new ObjectMapper(new YAMLFactory()).readTree(yaml);
            int version = table.path("version").asInt();
            if (version != SUPPORTED_VERSION) {
                throw IsosException.badInput(
                        "energy table " + name + " has version " + version + ", expected " + SUPPORTED_VERSION);
            }
            List<EnergyModel> models = new ArrayList<>();
            for (JsonNode model : table.required("models")) {
                models.add(new TableEnergyModel(model, table.required("kinds")));
            }
            return List.copyOf(models);
        } catch (IOException | IllegalArgumentException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, "energy table " + name + " cannot be read: " + IoReason.ofParser(e), e);
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public EnergyReport estimate(List<Component> components, List<ActivityCount> activity) {
        Map<String, Component> byName = new LinkedHashMap<>();
        Map<String, Double> energyPj = new LinkedHashMap<>();
        for (Component component : components) {
            if (byName.put(component.name(), component) != null) {
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE, "the hardware declares component '" + component.name() + "' twice");
            }
            energyPj.put(component.name(), 0.0);
        }
        for (ActivityCount count : activity) {
            Component component = byName.get(count.component());
            if (component == null) {
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE,
                        "the hardware reports activity of '" + count.component() + "', which is not a component of it");
            }
            energyPj.merge(component.name(), count.count() * pjPerAction(component, count.action()), Double::sum);
        }
        return new EnergyReport(components.stream()
                .map(c -> new EnergyReport.Entry(c.name(), category(c), energyPj.get(c.name()), areaMm2(c)))
                .toList());
    }

    private JsonNode entry(Component component) {
        JsonNode entry = kinds.get(component.kind());
        if (entry == null) {
            throw IsosException.unsupported("energy table " + id + " has no entry for component '" + component.name()
                    + "' of kind '" + component.kind() + "'");
        }
        return entry;
    }

    private Category category(Component component) {
        return Category.valueOf(entry(component).required("category").asText());
    }

    private double pjPerAction(Component component, String action) {
        JsonNode entry = entry(component);
        boolean storage = action.equals("read") || action.equals("write");
        if (component.kind().equals("dram") && storage) {
            return dramPjPerByte;
        }
        if (entry.has("points") && storage) {
            return interpolate(entry.get("points"), bytes(component))
                    / entry.required("accessBytes").doubleValue();
        }
        JsonNode cost = entry.path("actions").get(action);
        if (cost == null) {
            throw IsosException.unsupported("energy table " + id + " has no entry for action '" + action
                    + "' of component '" + component.name() + "' of kind '" + component.kind() + "'");
        }
        return cost.required("pj").doubleValue();
    }

    private static double interpolate(JsonNode points, double bytes) {
        int upper = 1;
        while (upper < points.size() - 1 && points.get(upper).required("bytes").doubleValue() < bytes) {
            upper++;
        }
        double x0 = StrictMath.log(points.get(upper - 1).required("bytes").doubleValue());
        double x1 = StrictMath.log(points.get(upper).required("bytes").doubleValue());
        double y0 = StrictMath.log(points.get(upper - 1).required("pj").doubleValue());
        double y1 = StrictMath.log(points.get(upper).required("pj").doubleValue());
        return StrictMath.exp(y0 + (y1 - y0) * (StrictMath.log(bytes) - x0) / (x1 - x0));
    }

    private double areaMm2(Component component) {
        JsonNode entry = entry(component);
        double um2 = entry.path("areaUm2").doubleValue();
        if (entry.has("areaUm2PerByte")) {
            um2 = entry.get("areaUm2PerByte").doubleValue() * bytes(component);
        } else if (entry.has("bitcellUm2")) {
            um2 = 8
                    * bytes(component)
                    * entry.get("bitcellUm2").doubleValue()
                    / entry.required("arrayEfficiency").doubleValue();
        }
        return component.instances() * um2 / UM2_PER_MM2;
    }

    private double bytes(Component component) {
        Double bytes = component.attributes().get("bytes");
        if (bytes == null || !(bytes > 0)) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "component '" + component.name() + "' of kind '" + component.kind()
                            + "' needs a positive attribute 'bytes'");
        }
        return bytes;
    }
}
