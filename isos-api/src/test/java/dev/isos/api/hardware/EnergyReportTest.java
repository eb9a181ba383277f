package dev.isos.api.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.EnergyReport.Category;
import dev.isos.api.hardware.EnergyReport.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnergyReportTest {
    @Test
    void sumsOfEnergyAndArea() {
        EnergyReport report = new EnergyReport(List.of(
                new Entry("array", Category.MAC, 1, 16),
                new Entry("more", Category.MAC, 2, 32),
                new Entry("buffer", Category.SRAM, 4, 64),
                new Entry("dram", Category.DRAM, 8, 0)));
        assertEquals(3, report.energyPj(Category.MAC));
        assertEquals(4, report.energyPj(Category.SRAM));
        assertEquals(8, report.energyPj(Category.DRAM));
        assertEquals(0, report.energyPj(Category.OTHER));
        assertEquals(15, report.totalPj());
        assertEquals(112, report.areaMm2());
    }
}
