package dev.isos.hw.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableEnergyModelTest {
    private final EnergyModel hbm = TableEnergyModel.builtIn().get(0);
    private final EnergyModel ddr = TableEnergyModel.builtIn().get(1);

    private static Component sram(double bytes) {
        return new Component("buffer", "sram", 2, Map.of("bytes", bytes));
    }

    private double sramPjPerByte(double bytes) {
        return hbm.estimate(List.of(sram(bytes)), List.of(new ActivityCount("buffer", "read", 1)))
                .totalPj();
    }

    @Test
    void twoModelsThatDifferInTheDram() {
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
    void sramAreaIsThatOfItsCellsOverTheEfficiency() {
        EnergyReport report = hbm.estimate(List.of(sram(1 << 20)), List.of());
        assertEquals(2 * 8 * (1 << 20) * 0.346 / 0.5 / 1e6, report.areaMm2(), 1e-9);
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
        assertEquals((4096 * 419 + 10 * 137) / 1e6, report.areaMm2(), 1e-9);
    }

    /** Half a square micrometre per byte and 1000 um2 for what has no size. */
    @Test
    void areasAndEnergiesOfATableByHand() {
        String yaml = """
                version: 1
                models:
                  - {id: m, description: d, dram: {pjPerBit: 2}}
                kinds:
                  dram: {category: DRAM}
                  part: {category: OTHER, areaUm2: 1000, actions: {work: {pj: 3}}}
                  register: {category: SRAM, areaUm2PerByte: 500000, actions: {read: {pj: 5}}}
                  sram:
                    category: SRAM
                    bitcellUm2: 1000
                    arrayEfficiency: 0.25
                    accessBytes: 4
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
        double[] energies = {5 * 8 * 2, 33, 10, 4, 16, 16};
        double[] areas = {0, 0.007, 9, 2 * 8 * 4 * 1000 / 0.25 / 1e6, 2.048, 131.072};
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

    @Test
    void everyNumberHasItsSource() throws IOException {
        try (InputStream in = TableEnergyModel.class.getResourceAsStream("horowitz-45nm.yaml")) {
            JsonNode kinds = new ObjectMapper(new YAMLFactory()).readTree(in).required("kinds");
            for (JsonNode kind : kinds) {
                for (JsonNode action : kind.path("actions")) {
                    assertTrue(action.required("pj").isNumber()
                            && action.required("source").isTextual());
                }
                if (kind.has("areaUm2") || kind.has("areaUm2PerByte")) {
                    assertTrue(kind.required("areaSource").isTextual());
                }
            }
            assertTrue(kinds.size() >= 9);
        }
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

    @Test
    void aTableOfAnotherVersionIsRefused() {
        InputStream future = new ByteArrayInputStream("version: 2".getBytes(StandardCharsets.UTF_8));
        IsosException e = assertThrows(IsosException.class, () -> TableEnergyModel.read(future, "t.yaml"));
        assertEquals("energy table t.yaml has version 2, expected 1", e.getMessage());
    }
}
