package dev.isos.core.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.core.simulate.StageTimes.Stage;
import org.junit.jupiter.api.Test;

class StageTimesTest {
    @Test
    void nothingIsMeasuredWhereNobodyAsks() {
        StageTimes.Clock clock = StageTimes.NONE.clock(Stage.PLAN);
        assertEquals(Stage.PLAN, clock.enter(Stage.EXECUTE));
        assertEquals(Stage.PLAN, clock.enter(Stage.PLAN), "the clock stands");
        StageTimes.NONE.add(Stage.TIME, 0);
        StageTimes.NONE.addWorkItems(3);
        StageTimes.NONE.addOutputBytes(3);
        for (Stage stage : Stage.values()) {
            assertEquals(0, StageTimes.NONE.seconds(stage));
        }
        assertEquals(0, StageTimes.NONE.workItems());
        assertEquals(0, StageTimes.NONE.outputBytes());
    }

    @Test
    void aThreadIsInOneStageAtATime() throws InterruptedException {
        StageTimes times = new StageTimes();
        StageTimes.Clock clock = times.clock(Stage.PLAN);
        assertEquals(Stage.PLAN, clock.enter(Stage.EXECUTE));
        assertEquals(Stage.EXECUTE, clock.enter(Stage.VERIFY));
        Thread other = new Thread(() -> clock.enter(Stage.TIME));
        other.start();
        other.join();
        assertEquals(Stage.VERIFY, clock.enter(Stage.EXECUTE), "the other thread's stage is its own matter");
        assertEquals(0, times.seconds(Stage.TIME));
        for (Stage stage : Stage.values()) {
            assertTrue(times.seconds(stage) >= 0);
        }
    }
}
