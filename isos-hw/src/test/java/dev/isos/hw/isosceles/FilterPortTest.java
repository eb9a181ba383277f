package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FilterPortTest {
    private final FilterPort port = new FilterPort(100, 5);

    @Test
    void theFirstItemFetchesForTheWavefrontAndTheOthersShare() {
        port.reset(2);
        assertEquals(13, port.fetch(10, 0, 250, 90));
        assertEquals(13, port.fetch(10, 0, 250, 80));
        assertEquals(13, port.fetch(15, 0, 250, 90), "at the end of the window");
        assertEquals(250, port.bytesRead());
    }

    @Test
    void anItemAfterTheWindowFetchesItsOwnBytesAgain() {
        port.reset(1);
        port.fetch(10, 0, 250, 90);
        assertEquals(17, port.fetch(16, 0, 250, 90));
        assertEquals(18, port.fetch(16, 0, 250, 90), "re-fetches share the port's rate: 180 bytes since cycle 16");
        assertEquals(430, port.bytesRead());
    }

    @Test
    void fetchesQueueAndTheWindowStartsWithTheFetchItself() {
        port.reset(2);
        assertEquals(10, port.fetch(0, 0, 1000, 1000));
        assertEquals(11, port.fetch(0, 1, 100, 100), "served from cycle 10 on");
        assertEquals(11, port.fetch(15, 1, 100, 100));
        assertEquals(17, port.fetch(16, 1, 100, 100));
    }

    @Test
    void whatNeedsNoFiltersDoesNotWait() {
        port.reset(1);
        assertEquals(3, port.fetch(3, 0, 0, 0));
        assertEquals(0, port.bytesRead());
    }
}
