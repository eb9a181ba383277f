package dev.isos.core.wavefront.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Window;
import dev.isos.api.random.SplitMix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelAxisTest {
    /** Every input is looked at here; the axis looks at those only that some output reaches. */
    @Test
    void legalPlacesAreThoseOfTheFormula() {
        for (long seed = 1; seed <= 500; seed++) {
            SplitMix random = new SplitMix(seed);
            int size = random.between(1, 5);
            int stride = random.between(1, 4);
            int dilation = random.between(1, 3);
            int pad = random.between(0, 6);
            int inputs = random.between(1, 30);
            int first = random.between(0, 12);
            int end = first + random.between(0, 8);
            Window window = new Window(size, 1, stride, 1, pad, 0, 0, 0, dilation, 1);
            KernelAxis axis = KernelAxis.rows(window, inputs, first, end);
            List<List<Integer>> classes = new ArrayList<>();
            for (int x = 0; x < inputs; x++) {
                List<Integer> legal = new ArrayList<>();
                for (int place = 0; place < size; place++) {
                    int offset = x + pad - axis.order[place] * dilation;
                    if (Math.floorMod(offset, stride) == 0
                            && Math.floorDiv(offset, stride) >= first
                            && Math.floorDiv(offset, stride) < end) {
                        legal.add(place);
                    }
                }
                String where = "seed " + seed + ", input " + x;
                assertEquals(legal.isEmpty() ? 0 : legal.get(0), axis.low(x), where);
                assertEquals(legal.isEmpty() ? 0 : legal.get(legal.size() - 1) + 1, axis.high(x), where);
                List<Integer> pair = List.of(axis.low(x), axis.high(x));
                if (!classes.contains(pair)) {
                    classes.add(pair);
                }
                assertEquals(classes.indexOf(pair), axis.classOf(x), where);
            }
            assertEquals(classes.size(), axis.classes, "seed " + seed);
        }
    }
}
