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
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Energy = count * energy per action, area = instances * area, from a versioned table whose every entry names its source.
 * The kinds of components that it knows are listed in the package comment. Where the table has points of SRAM energy, that of an
 * access is interpolated in log-log scale over the capacity of a bank; outside of the points the nearest line is prolonged. What
 * leaves or enters a memory of several banks goes over wires through the memory, what is delivered over wires through the chip.
 */
public final class TableEnergyModel implements EnergyModel {
    private static final int SUPPORTED_VERSION = 2;
    private static final double UM2_PER_MM2 = 1e6;

    private final String id;
    private final String description;
    private final double dramPjPerByte;
    private final JsonNode wires;
    private final JsonNode kinds;

    /** Kinds of the table that states areas, and by what they are multiplied. */
    private final JsonNode areaKinds;

    private final double areaFactor;

    private TableEnergyModel(JsonNode model, JsonNode table, JsonNode areaKinds, double areaFactor) {
        this.id = model.required("id").asText();
        this.description = model.required("description").asText();
        this.dramPjPerByte = 8 * model.required("dram").required("pjPerBit").doubleValue();
        this.wires = table.path("wires");
        this.kinds = table.required("kinds");
        this.areaKinds = areaKinds;
        this.areaFactor = areaFactor;
    }

    /** The models of the tables that ship with Isos: {@code horowitz-45nm-hbm}, {@code horowitz-45nm-ddr}, {@code published-14nm}. */
    public static List<EnergyModel> builtIn() {
        return List.of(
                new BuiltIn(
                        "horowitz-45nm-hbm",
                        "45 nm arithmetic and SRAM (Horowitz, ISSCC 2014) with HBM2 at 3.9 pJ/bit (O'Connor et al., MICRO 2017)",
                        "horowitz-45nm.yaml"),
                new BuiltIn(
                        "horowitz-45nm-ddr",
                        "45 nm arithmetic and SRAM (Horowitz, ISSCC 2014) with DDR at 20 pJ/bit",
                        "horowitz-45nm.yaml"),
                new BuiltIn(
                        "published-14nm",
                        "three constants that explain the published energy of ISOSceles at 14/12 nm (HPCA 2023, Fig. 17),"
                                + " for a MAC, an SRAM byte and a DRAM byte",
                        "published-14nm.yaml"));
    }

    /** A model whose table is read when it is first used: most commands estimate no energy, and parsing slows their start. */
    private static final class BuiltIn implements EnergyModel {
        private final String id;
        private final String description;
        private final String table;
        private EnergyModel model;

        BuiltIn(String id, String description, String table) {
            this.id = id;
            this.description = description;
            this.table = table;
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
            return model().estimate(components, activity);
        }

        private synchronized EnergyModel model() {
            if (model == null) {
                model = models(resource(table), table).stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow();
            }
            return model;
        }
    }

    private static JsonNode resource(String table) {
        try (InputStream in = TableEnergyModel.class.getResourceAsStream(table)) {
            if (in == null) {
                throw new IllegalStateException("resource " + table + " is missing");
            }
            return tree(in, table);
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
        return models(tree(yaml, name), name);
    }

    private static JsonNode tree(InputStream yaml, String name) {
        try {
            JsonNode table = new ObjectMapper(new YAMLFactory()).readTree(yaml);
            int version = table.path("version").asInt();
            if (version != SUPPORTED_VERSION) {
                throw IsosException.badInput(
                        "energy table " + name + " has version " + version + ", expected " + SUPPORTED_VERSION);
            }
            return table;
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static List<EnergyModel> models(JsonNode table, String name) {
        try {
            JsonNode kinds = table.required("kinds");
            JsonNode areas = table.path("areas");
            boolean others = areas.isObject();
            JsonNode areaKinds =
                    others ? resource(areas.required("of").asText()).required("kinds") : kinds;
            double factor = others ? areas.required("factor").doubleValue() : 1;
            List<EnergyModel> models = new ArrayList<>();
            for (JsonNode model : table.required("models")) {
                models.add(new TableEnergyModel(model, table, areaKinds, factor));
            }
            return List.copyOf(models);
        } catch (IllegalArgumentException e) {
            throw unreadable(name, e);
        }
    }

    private static IsosException unreadable(String name, Exception e) {
        return new IsosException(
                ErrorCode.BAD_INPUT, "energy table " + name + " cannot be read: " + IoReason.ofParser(e), e);
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
        Map<Component, Double> areaMm2 = new IdentityHashMap<>();
        components.forEach(component -> areaMm2.put(component, areaMm2(component)));
        double chipMm2 = components.stream().mapToDouble(areaMm2::get).sum();
        for (ActivityCount count : activity) {
            Component component = byName.get(count.component());
            if (component == null) {
                throw new IsosException(
                        ErrorCode.PLUGIN_FAILURE,
                        "the hardware reports activity of '" + count.component() + "', which is not a component of it");
            }
            energyPj.merge(
                    component.name(), count.count() * pjPerAction(component, count.action(), chipMm2), Double::sum);
        }
        return new EnergyReport(components.stream()
                .map(c -> new EnergyReport.Entry(c.name(), category(c), energyPj.get(c.name()), areaMm2.get(c)))
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

    private double pjPerAction(Component component, String action, double chipMm2) {
        JsonNode entry = entry(component);
        boolean storage = action.equals("read") || action.equals("write");
        if (component.kind().equals("dram") && storage) {
            return dramPjPerByte;
        }
        if (entry.has("points") && storage) {
            return bankPjPerByte(entry, component) + trunkPjPerByte(entry, component);
        }
        if (entry.has("points") && action.equals("deliver")) {
            double mm = Math.sqrt(chipMm2 / attribute(component, "receivers"));
            return wires.required("pjPerByteMm").doubleValue() * mm;
        }
        JsonNode cost = entry.path("actions").get(action);
        if (cost == null) {
            throw IsosException.unsupported("energy table " + id + " has no entry for action '" + action
                    + "' of component '" + component.name() + "' of kind '" + component.kind() + "'");
        }
        return cost.required("pj").doubleValue();
    }

    private static double banks(JsonNode entry, Component component) {
        Double banks = component.attributes().get("banks");
        return banks != null
                ? attribute(component, "banks")
                : Math.ceil(attribute(component, "bytes")
                        / entry.required("bankBytes").doubleValue());
    }

    private static double bankPjPerByte(JsonNode entry, Component component) {
        double sourceBytes = entry.required("accessBytes").doubleValue();
        double access = interpolate(entry.get("points"), attribute(component, "bytes") / banks(entry, component));
        double fixed = entry.required("fixedShare").doubleValue();
        double bytes =
                component.attributes().containsKey("accessBytes") ? attribute(component, "accessBytes") : sourceBytes;
        return access * (fixed / bytes + (1 - fixed) / sourceBytes);
    }

    private double trunkPjPerByte(JsonNode entry, Component component) {
        if (banks(entry, component) <= 1) {
            return 0;
        }
        double side = Math.sqrt(areaMm2(component) / component.instances());
        return wires.required("pjPerByteMm").doubleValue()
                * wires.required("trunkSides").doubleValue()
                * side;
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
        entry(component);
        JsonNode entry = areaKinds.path(component.kind());
        double um2 = entry.has("areaUm2PerByte")
                ? entry.get("areaUm2PerByte").doubleValue() * attribute(component, "bytes")
                : entry.path("areaUm2").doubleValue();
        return component.instances() * areaFactor * um2 / UM2_PER_MM2;
    }

    private static double attribute(Component component, String name) {
        Double value = component.attributes().get(name);
        if (value == null || !(value > 0)) {
            throw new IsosException(
                    ErrorCode.PLUGIN_FAILURE,
                    "component '" + component.name() + "' of kind '" + component.kind()
                            + "' needs a positive attribute '" + name + "'");
        }
        return value;
    }
}
