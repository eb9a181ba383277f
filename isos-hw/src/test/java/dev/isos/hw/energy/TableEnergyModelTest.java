package dev.isos.hw.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableEnergyModelTest {
    private final EnergyModel hbm = TableEnergyModel.builtIn().get(0);
    private final EnergyModel ddr = TableEnergyModel.builtIn().get(1);
    private final EnergyModel published = TableEnergyModel.builtIn().get(2);

    private static Component sram(double bytes) {
        return new Component("buffer", "sram", 2, Map.of("bytes", bytes));
    }

    private double pjPerByte(String action, Map<String, Double> attributes) {
        return hbm.estimate(
                        List.of(new Component("buffer", "sram", 2, attributes)),
                        List.of(new ActivityCount("buffer", action, 1)))
                .totalPj();
    }

    /** Of a memory of one bank. */
    private double sramPjPerByte(double bytes) {
        return pjPerByte("read", Map.of("bytes", bytes, "banks", 1.0));
    }

    @Test
    void modelsThatDifferInTheDram() {
        assertEquals("horowitz-45nm-hbm", hbm.id());
        assertEquals("horowitz-45nm-ddr", ddr.id());
        List<Component> dram = List.of(new Component("dram", "dram", 1, Map.of()));
        List<ActivityCount> bytes =
                List.of(new ActivityCount("dram", "read", 10), new ActivityCount("dram", "write", 5));
        assertEquals(15 * 8 * 3.9, hbm.estimate(dram, bytes).energyPj(Category.DRAM), 1e-9);
        assertEquals(15 * 8 * 20.0, ddr.estimate(dram, bytes).energyPj(Category.DRAM), 1e-9);
        assertEquals(0, hbm.estimate(dram, bytes).areaMm2());
    }

    @Test
    void sramEnergyMeetsThePointsAndIsMonotonicBetweenThem() {
        assertEquals(10 / 8.0, sramPjPerByte(8192), 1e-9);
        assertEquals(20 / 8.0, sramPjPerByte(32768), 1e-9);
        assertEquals(100 / 8.0, sramPjPerByte(1 << 20), 1e-9);
        assertEquals(Math.sqrt(200) / 8, sramPjPerByte(16384), 1e-9, "geometric mean half-way in log scale");
        assertEquals(5 / 8.0, sramPjPerByte(2048), 1e-9, "prolonged below: a quarter of the capacity, half the energy");
        assertTrue(sramPjPerByte(1 << 21) > sramPjPerByte(1 << 20));
    }

    @Test
    void sramAreaGrowsWithItsCapacity() {
        EnergyReport report = hbm.estimate(List.of(sram(1 << 20)), List.of());
        assertEquals(2 * (1 << 20) * 7.27 / 1e6, report.areaMm2(), 1e-9);
    }

    /** 1 MiB has 7.62 mm2, a side of 2.76 mm: 1.77 pJ in a bank of 16 KiB and 2.01 pJ on the way. */
    @Test
    void largeMemoriesAreBanksAndWires() {
        double bank = Math.sqrt(200) / 8;
        double wire = 0.97 * 0.75 * Math.sqrt((1 << 20) * 7.27 / 1e6);
        assertEquals(3.78, bank + wire, 0.005);
        assertEquals(bank + wire, pjPerByte("read", Map.of("bytes", 1048576.0)), 1e-9);
        assertEquals(bank + wire, pjPerByte("write", Map.of("bytes", 1048576.0)), 1e-9);
        assertEquals(bank, pjPerByte("read", Map.of("bytes", 16384.0)), 1e-9, "one bank, no wires");
        double two = 0.97 * 0.75 * Math.sqrt(16385 * 7.27 / 1e6);
        assertEquals(
                sramPjPerByte(16385 / 2.0) + two, pjPerByte("read", Map.of("bytes", 16385.0)), 1e-9, "a byte too many");
        assertEquals(20 / 8.0 + wire, pjPerByte("read", Map.of("bytes", 1048576.0, "banks", 32.0)), 1e-9, "as it says");
    }

    /** Half of an access of 8 bytes does not depend on its width. */
    @Test
    void narrowAccessesCostMorePerByteAndWideOnesLess() {
        assertEquals(10 / 8.0, pjPerByte("read", Map.of("bytes", 8192.0, "accessBytes", 8.0)), 1e-9);
        assertEquals((5 + 2.5) / 4, pjPerByte("read", Map.of("bytes", 8192.0, "accessBytes", 4.0)), 1e-9);
        assertEquals((5 + 10) / 16.0, pjPerByte("write", Map.of("bytes", 8192.0, "accessBytes", 16.0)), 1e-9);
    }

    /** A chip of 4 mm2 for 16 receivers: each has a square with sides of half a millimetre. */
    @Test
    void whatIsDeliveredGoesOverTheChip() {
        double bytes = 1e6 / 7.27;
        assertEquals(0.97 * 0.5, pjPerByte("deliver", Map.of("bytes", 2 * bytes, "receivers", 16.0)), 1e-9);
        assertFails(
                ErrorCode.PLUGIN_FAILURE,
                "component 'buffer' of kind 'sram' needs a positive attribute 'receivers'",
                List.of(sram(64)),
                List.of(new ActivityCount("buffer", "deliver", 1)));
    }

    /** The published model has one price for every SRAM byte, and shrinks the areas of the other table. */
    @Test
    void threeConstantsExplainThePublishedEnergy() {
        assertEquals("published-14nm", published.id());
        List<Component> components = List.of(
                new Component("macs", "mac-int8", 10, Map.of()),
                new Component("mergers", "merger", 1, Map.of()),
                new Component("small", "sram", 1, Map.of("bytes", 64.0)),
                new Component("large", "sram", 1, Map.of("bytes", 1048576.0)),
                new Component("dram", "dram", 1, Map.of()));
        EnergyReport report = published.estimate(
                components,
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 100),
                        new ActivityCount("mergers", "merge", 100),
                        new ActivityCount("small", "read", 100),
                        new ActivityCount("large", "deliver", 100),
                        new ActivityCount("dram", "write", 100)));
        double[] energies = {76, 0, 37, 37, 3200};
        for (int i = 0; i < energies.length; i++) {
            assertEquals(energies[i], report.entries().get(i).energyPj(), 1e-9, "energy " + i);
        }
        assertEquals(0.181 * hbm.estimate(components, List.of()).areaMm2(), report.areaMm2(), 1e-9);
    }

    @Test
    void countsTimesEnergyByCategory() {
        EnergyReport report = hbm.estimate(
                List.of(
                        new Component("macs", "mac-int8", 4096, Map.of()),
                        new Component("adders", "adder-int32", 10, Map.of())),
                List.of(
                        new ActivityCount("macs", "multiply-accumulate", 1000),
                        new ActivityCount("adders", "add", 7),
                        new ActivityCount("adders", "add", 3)));
        assertEquals(300, report.energyPj(Category.MAC), 1e-9);
        assertEquals(1, report.energyPj(Category.OTHER), 1e-9);
        assertEquals((4096 * 1078 + 10 * 137) / 1e6, report.areaMm2(), 1e-9);
    }

    /** Half a square millimetre per byte of a register, a hundredth per byte of SRAM, 1000 um2 for what has no size. */
    @Test
    void areasAndEnergiesOfATableByHand() {
        String yaml = """
                version: 2
                models:
                  - {id: m, description: d, dram: {pjPerBit: 2}}
                wires: {pjPerByteMm: 2, trunkSides: 0.5}
                kinds:
                  dram: {category: DRAM}
                  part: {category: OTHER, areaUm2: 1000, actions: {work: {pj: 3}}}
                  register: {category: SRAM, areaUm2PerByte: 500000, actions: {read: {pj: 5}}}
                  sram:
                    category: SRAM
                    areaUm2PerByte: 10000
                    accessBytes: 4
                    bankBytes: 1024
                    fixedShare: 0.25
                    points: [{bytes: 16, pj: 8}, {bytes: 64, pj: 16}, {bytes: 1024, pj: 16}]
                """;
        EnergyModel model = TableEnergyModel.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "t")
                .get(0);
        EnergyReport report = model.estimate(
                List.of(
                        new Component("dram", "dram", 1, Map.of()),
                        new Component("part", "part", 7, Map.of()),
                        new Component("register", "register", 3, Map.of("bytes", 6.0)),
                        new Component("small", "sram", 2, Map.of("bytes", 4.0)),
                        new Component("point", "sram", 1, Map.of("bytes", 64.0)),
                        new Component("large", "sram", 1, Map.of("bytes", 4096.0))),
                List.of(
                        new ActivityCount("dram", "read", 5),
                        new ActivityCount("part", "work", 11),
                        new ActivityCount("register", "read", 2),
                        new ActivityCount("small", "write", 4),
                        new ActivityCount("point", "read", 4),
                        new ActivityCount("large", "read", 4)));
        // 4 banks of 1 KiB take as long a way as half the side of 40.96 mm2
        double[] energies = {5 * 8 * 2, 33, 10, 4, 16, 16 + 4 * 2 * 0.5 * 6.4};
        double[] areas = {0, 0.007, 9, 2 * 4 * 0.01, 0.64, 40.96};
        for (int i = 0; i < 6; i++) {
            assertEquals(energies[i], report.entries().get(i).energyPj(), 1e-9, "energy " + i);
            assertEquals(areas[i], report.entries().get(i).areaMm2(), 1e-9, "area " + i);
        }
    }

    @Test
    void sizesArePositive() {
        assertFails(
                ErrorCode.PLUGIN_FAILURE,
                "component 'buffer' of kind 'sram' needs a positive attribute 'bytes'",
                List.of(sram(0)),
                List.of());
    }

    /** Numbers that stand in an object without any text that names a source. */
    private static List<String> numbersWithoutSource(JsonNode node, String path) {
        List<String> missing = new ArrayList<>();
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        boolean sourced =
                names.stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).endsWith("source"));
        for (String name : names) {
            JsonNode value = node.get(name);
            if (value.isNumber() && !sourced && !name.equals("version")) {
                missing.add(path + name);
            }
            missing.addAll(numbersWithoutSource(value, path + name + "."));
        }
        for (int i = 0; node.isArray() && i < node.size() && !path.endsWith("points."); i++) {
            missing.addAll(numbersWithoutSource(node.get(i), path + i + "."));
        }
        return missing;
    }

    @Test
    void everyNumberHasItsSource() throws IOException {
        Set<List<String>> known = new HashSet<>();
        for (String table : List.of("horowitz-45nm.yaml", "published-14nm.yaml")) {
            try (InputStream in = TableEnergyModel.class.getResourceAsStream(table)) {
                JsonNode all = new ObjectMapper(new YAMLFactory()).readTree(in);
                for (JsonNode kind : all.required("kinds")) {
                    for (JsonNode action : kind.path("actions")) {
                        assertTrue(action.required("pj").isNumber());
                    }
                }
                List<String> kinds = new ArrayList<>();
                all.required("kinds").fieldNames().forEachRemaining(kinds::add);
                known.add(kinds.stream().sorted().toList());
                numbersWithoutSource(all, "").forEach(number -> fail(table + ": " + number + " has no source"));
            }
        }
        assertEquals(1, known.size(), "both tables know the same kinds");
    }

    @Test
    void whatTheTableDoesNotKnowIsNamed() {
        Component odd = new Component("optics", "laser", 1, Map.of());
        assertFails(
                ErrorCode.UNSUPPORTED,
                "energy table horowitz-45nm-hbm has no entry for component 'optics' of kind 'laser'",
                List.of(odd),
                List.of());
        assertFails(
                ErrorCode.UNSUPPORTED,
                "energy table horowitz-45nm-hbm has no entry for action 'melt' of component 'buffer' of kind 'sram'",
                List.of(sram(8)),
                List.of(new ActivityCount("buffer", "melt", 1)));
        assertFails(
                ErrorCode.PLUGIN_FAILURE,
                "the hardware reports activity of 'ghost', which is not a component of it",
                List.of(sram(8)),
                List.of(new ActivityCount("ghost", "read", 1)));
        assertFails(
                ErrorCode.PLUGIN_FAILURE,
                "component 'buffer' of kind 'sram' needs a positive attribute 'bytes'",
                List.of(new Component("buffer", "sram", 1, Map.of())),
                List.of());
    }

    private void assertFails(ErrorCode code, String message, List<Component> components, List<ActivityCount> activity) {
        IsosException e = assertThrows(IsosException.class, () -> hbm.estimate(components, activity));
        assertEquals(code, e.code());
        assertEquals(message, e.getMessage());
    }

    /** They are listed without their tables being read. */
    @Test
    void theBuiltInModelsAreThoseOfTheTables() throws IOException {
        List<String> inTables = new ArrayList<>();
        for (String table : List.of("horowitz-45nm.yaml", "published-14nm.yaml")) {
            try (InputStream in = TableEnergyModel.class.getResourceAsStream(table)) {
                TableEnergyModel.read(in, table)
                        .forEach(model -> inTables.add(model.id() + ": " + model.description()));
            }
        }
        assertEquals(
                inTables,
                TableEnergyModel.builtIn().stream()
                        .map(model -> model.id() + ": " + model.description())
                        .toList());
    }

    @Test
    void aTableOfAnotherVersionIsRefused() {
        InputStream future = new ByteArrayInputStream("version: 3".getBytes(StandardCharsets.UTF_8));
        IsosException e = assertThrows(IsosException.class, () -> TableEnergyModel.read(future, "t.yaml"));
        assertEquals("energy table t.yaml has version 3, expected 2", e.getMessage());
    }
}
