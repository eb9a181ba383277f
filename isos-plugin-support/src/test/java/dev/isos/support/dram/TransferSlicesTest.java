package dev.isos.support.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.SimulationListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 4 bytes per cycle: transfers share cycles, slices do not. */
class TransferSlicesTest {
    private final List<String> told = new ArrayList<>();

    private SimulationListener listener(boolean wanting) {
        return new SimulationListener() {
            @Override
            public boolean wantsSlices() {
                return wanting;
            }

            @Override
            public void onTransfer(String track, int layer, String phase, long startCycle, long endCycle, long bytes) {
                told.add(track + " " + layer + " " + phase + " " + startCycle + ".." + endCycle + " " + bytes);
            }
        };
    }

    @Test
    void aSharedCycleBelongsToTheFirst() {
        DramServer dram = new DramServer(new ByteRate(4, 1), 10);
        TransferSlices slices = new TransferSlices(listener(true));
        dram.read(2, 6);
        slices.read(dram, 1, "load", 6);
        dram.write(2, 1);
        slices.write(dram, 2, "store", 1); // all in the cycle of the read's end
        dram.write(2, 5);
        slices.write(dram, 3, "store", 5);
        dram.read(9, 0);
        slices.read(dram, 4, "load", 0);
        assertEquals(
                List.of("dram/read 1 load 2..4 6", "dram/write 2 store 4..4 1", "dram/write 3 store 4..5 5"), told);
    }

    @Test
    void transfersOfAnyMemoryAreTold() {
        TransferSlices slices = new TransferSlices(listener(true));
        slices.tell(false, 1, "load", 3, 6, 10);
        slices.tell(true, 2, "store", 5, 8, 1);
        slices.tell(true, 3, "store", 20, 21, 4);
        assertEquals(
                List.of("dram/read 1 load 3..6 10", "dram/write 2 store 6..8 1", "dram/write 3 store 20..21 4"), told);
    }

    @Test
    void whoWantsNoneGetsNone() {
        new TransferSlices(listener(false)).tell(false, 1, "load", 3, 6, 10);
        assertEquals(List.of(), told);
    }
}
