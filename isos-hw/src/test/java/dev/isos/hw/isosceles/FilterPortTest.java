package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FilterPortTest {
    private final FilterPort port = new FilterPort(100, 5);

    /** Items that share nothing, banks evenly filled. */
    private long fetch(long now, int wavefront, long wavefrontBytes, long itemBytes) {
        return port.fetch(now, wavefront, wavefrontBytes, itemBytes, 0, false);
    }

    @Test
    void itemsThatShareFetchThePartThatIsMissing() {
        port.reset(1);
        assertEquals(11, port.fetch(10, 0, 200, 100, 0, true));
        assertEquals(10, port.begun());
        assertEquals(12, port.fetch(10, 0, 200, 100, 0, true), "half of the wavefront is there");
        assertEquals(11, port.begun(), "behind the first");
        assertEquals(150, port.bytesRead());
        assertEquals(15, port.fetch(14, 0, 200, 100, 0, true), "a quarter is missing");
        assertEquals(175, port.bytesRead());
    }

    @Test
    void theBusiestBankIsLate() {
        port.reset(2);
        assertEquals(14, port.fetch(10, 0, 100, 100, 4, true), "four words in one bank");
        assertEquals(11, port.fetch(10, 1, 0, 0, 0, true) + 1, "nothing to fetch");
    }

    @Test
    void aGroupFetchesItsMembersBytesUpToThoseOfTheWavefront() {
        port.reset(2);
        assertEquals(11, fetch(10, 0, 250, 90));
        assertEquals(12, fetch(10, 0, 250, 90), "180 bytes so far");
        assertEquals(13, fetch(10, 0, 250, 90), "only 70 more are distinct");
        assertEquals(13, fetch(10, 0, 250, 90));
        assertEquals(15, fetch(15, 0, 250, 90), "at the end of the window; everything is there");
        assertEquals(250, port.bytesRead());
    }

    @Test
    void anItemAfterTheWindowOpensTheNextGroup() {
        port.reset(1);
        fetch(10, 0, 150, 90);
        assertEquals(17, fetch(16, 0, 150, 90));
        assertEquals(22, fetch(21, 0, 150, 90), "joins, 60 more bytes");
        assertEquals(90 + 150, port.bytesRead());
    }

    @Test
    void groupsQueueAndTheWindowStartsWithTheRequest() {
        port.reset(2);
        assertEquals(10, fetch(0, 0, 1000, 1000));
        assertEquals(11, fetch(0, 1, 100, 100), "served from cycle 10 on");
        assertEquals(11, fetch(5, 1, 100, 100));
        assertEquals(10, port.begun());
        assertEquals(12, fetch(6, 1, 100, 100), "after the window: once more");
    }

    @Test
    void whatNeedsNoFiltersDoesNotWait() {
        port.reset(1);
        assertEquals(3, fetch(3, 0, 0, 0));
        assertEquals(0, port.bytesRead());
    }
}
