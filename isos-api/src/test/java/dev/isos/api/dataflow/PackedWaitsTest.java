package dev.isos.api.dataflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackedWaitsTest {
    private static final WorkSchema SCHEMA =
            new WorkSchema(List.of(new Phase("work", PhaseKind.COMPUTE, "")), List.of(WorkMetric.PRODUCTS));

    private final PackedWaits waits = new PackedWaits();

    private void add(int number, int... waitsFor) {
        WorkItem item = new WorkItem(SCHEMA).begin(0, 0, 0, 0, 0);
        for (int wait : waitsFor) {
            item.waitFor(wait);
        }
        waits.add(item, number);
    }

    private int[] read(PackedWaits from, int position, int end) {
        from.seek(position);
        int[] read = IntStream.range(0, from.count(position, end))
                .map(i -> from.next())
                .toArray();
        assertEquals(end, from.position());
        return read;
    }

    @Test
    void edgesOfAllLengthsComeBack() {
        int last = Integer.MAX_VALUE;
        int[] differences = {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, last};
        add(last, IntStream.of(differences).map(d -> last - d).toArray());
        assertEquals(1 + 1 + 2 + 2 + 3 + 3 + 4 + 4 + 5 + 5, waits.end());
        assertEquals(
                IntStream.of(differences).boxed().toList(),
                IntStream.of(read(waits, 0, waits.end())).boxed().toList());
    }

    @Test
    void numbersBetweenEdgesComeBackInTheirTurn() {
        waits.add(0);
        add(300, 299, 0);
        waits.add(200);
        assertEquals(
                List.of(0, 1, 300, 200),
                IntStream.of(read(waits, 0, waits.end())).boxed().toList());
    }

    @Test
    void whatIsClearedIsForgotten() {
        add(5, 1, 2);
        waits.clear();
        assertEquals(0, waits.end());
        add(9, 2);
        assertEquals(
                List.of(7), IntStream.of(read(waits, 0, waits.end())).boxed().toList());
    }

    @Test
    void turnedEdgesAreThoseOfTheOtherEndInAscendingOrder() {
        Random random = new Random(7);
        int items = 3000;
        int[] starts = new int[items + 1];
        List<List<Integer>> waiters = IntStream.range(0, items)
                .<List<Integer>>mapToObj(i -> new ArrayList<>())
                .toList();
        for (int i = 0; i < items; i++) {
            starts[i] = waits.end();
            int number = i;
            int[] distinct = random.ints(i == 0 ? 0 : random.nextInt(12), 0, Math.max(1, i))
                    .distinct()
                    .toArray();
            IntStream.of(distinct).forEach(wait -> waiters.get(wait).add(number));
            add(i, distinct);
        }
        starts[items] = waits.end();
        PackedWaits turned = new PackedWaits();
        int[] turnedStarts = new int[items + 1];
        turned.turn(waits, starts, items, turnedStarts);
        for (int i = 0; i < items; i++) {
            int number = i;
            assertEquals(
                    waiters.get(i),
                    IntStream.of(read(turned, turnedStarts[i], turnedStarts[i + 1]))
                            .mapToObj(difference -> number + difference)
                            .toList());
        }
    }
}
