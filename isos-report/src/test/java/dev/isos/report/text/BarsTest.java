package dev.isos.report.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarsTest {
    @Test
    void barsAreAsLongAsTheirShares() {
        assertEquals("", Bars.bar(0, 8, true));
        assertEquals("████", Bars.bar(0.5, 8, true));
        assertEquals("████▍", Bars.bar(0.55, 8, true));
        assertEquals("████████", Bars.bar(1.5, 8, true));
        assertEquals("####", Bars.bar(0.55, 8, false));
    }

    @Test
    void stackedBarsAreWhole() {
        assertEquals("###=====..", Bars.stacked(List.of(0.26, 0.5, 0.24), 10, false));
        assertEquals("█▒▒▒▒▒▒▒▒░", Bars.stacked(List.of(0.1, 0.81, 0.09), 10, true));
    }
}
