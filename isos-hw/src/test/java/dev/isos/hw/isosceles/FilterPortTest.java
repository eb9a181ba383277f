package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FilterPortTest {
    private final FilterPort port = new FilterPort(100, 5);

    @Test
    void aGroupFetchesItsMembersBytesUpToThoseOfTheWavefront() {
        port.reset(2);
        assertEquals(11, port.fetch(10, 0, 250, 90));
        assertEquals(12, port.fetch(10, 0, 250, 90), "180 bytes so far");
        assertEquals(13, port.fetch(10, 0, 250, 90), "only 70 more are distinct");
        assertEquals(13, port.fetch(10, 0, 250, 90));
        assertEquals(15, port.fetch(15, 0, 250, 90), "at the end of the window; everything is there");
        assertEquals(250, port.bytesRead());
    }

    @Test
    void anItemAfterTheWindowOpensTheNextGroup() {
        port.reset(1);
        port.fetch(10, 0, 150, 90);
        assertEquals(17, port.fetch(16, 0, 150, 90));
        assertEquals(22, port.fetch(21, 0, 150, 90), "joins, 60 more bytes");
        assertEquals(90 + 150, port.bytesRead());
    }

    @Test
    void groupsQueueAndTheWindowStartsWithTheFetchItself() {
        port.reset(2);
        assertEquals(10, port.fetch(0, 0, 1000, 1000));
        assertEquals(11, port.fetch(0, 1, 100, 100), "served from cycle 10 on");
        assertEquals(15, port.fetch(15, 1, 100, 100));
        assertEquals(17, port.fetch(16, 1, 100, 100));
    }

    @Test
    void whatNeedsNoFiltersDoesNotWait() {
        port.reset(1);
        assertEquals(3, port.fetch(3, 0, 0, 0));
        assertEquals(0, port.bytesRead());
    }
}
