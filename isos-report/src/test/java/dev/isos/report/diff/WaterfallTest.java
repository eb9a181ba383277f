package dev.isos.report.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.isos.report.diff.Waterfall.Step;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WaterfallTest {
    /** Up by 10, down by 30 through 0, up by 25 through 0 again: 5. */
    @Test
    void barsBeginWhereTheOneBeforeHasEnded() {
        JsonNode series = Waterfall.of(
                        List.of(new Step("up", 10), new Step("down", -30), new Step("again", 25)), "cycles")
                .get("series");
        assertEquals("[0.0,0.0,0.0,0.0]", data(series, 0));
        assertEquals("[10.0,0.0,5.0,0.0]", data(series, 1));
        assertEquals("[0.0,0.0,-20.0,0.0]", data(series, 2));
        assertEquals("[0.0,10.0,0.0,0.0]", data(series, 3));
        assertEquals("[0.0,-20.0,0.0,0.0]", data(series, 4));
        assertEquals("[0.0,0.0,0.0,5.0]", data(series, 5));
    }

    @Test
    void barsAboveAndBelowStandOnWhatIsBetween() {
        JsonNode above = Waterfall.of(List.of(new Step("a", 10), new Step("b", 5)), "cycles")
                .get("series");
        assertEquals("[0.0,10.0,0.0]", data(above, 0));
        JsonNode below = Waterfall.of(List.of(new Step("a", -10), new Step("b", -5)), "cycles")
                .get("series");
        assertEquals("[0.0,-10.0,0.0]", data(below, 0));
        assertEquals("[-10.0,-5.0,0.0]", data(below, 4));
        assertEquals("[0.0,0.0,-15.0]", data(below, 5));
    }

    private static String data(JsonNode series, int number) {
        return series.get(number).get("data").toString().replace("-0.0", "0.0");
    }

    @Test
    void theSmallestOfManyAreOne() {
        List<Step> many = IntStream.range(0, 40)
                .mapToObj(i -> new Step("s" + i, i % 2 == 0 ? i : -i))
                .toList();
        List<Step> few = Waterfall.largest(many);
        assertEquals(16, few.size());
        assertEquals("the 25 others", few.get(15).name());
        assertEquals("s25", few.get(0).name());
        assertEquals(
                many.stream().mapToDouble(Step::difference).sum(),
                few.stream().mapToDouble(Step::difference).sum());
        assertEquals(few, Waterfall.largest(few));
    }
}
