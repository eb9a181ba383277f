package dev.isos.api.law;

import static dev.isos.api.law.Hand.broken;
import static dev.isos.api.law.Hand.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.hardware.HardwareModel;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Times of items, each made by hand, on a machine that moves 2 bytes and makes 4 products per cycle. */
class ItemTimesTest {
    private final HardwareModel machine = Hand.machine();
    private final ItemTimes times = new ItemTimes("here");

    /** Takes an item that moves nothing. */
    private void takes(int... waits) {
        times.accept(item(Hand.MULTIPLY, 0, waits), false, 0);
    }

    private void moves(long start, long end, long bytes, int number) {
        times.accept(item(Hand.LOAD_INPUTS, 0), true, bytes);
        times.ran(number, start, end);
    }

    private void multiplies(long start, long end, long products, int number) {
        times.accept(item(Hand.MULTIPLY, 0), false, products);
        times.ran(number, start, end);
    }

    @Test
    void timesAreOfItemsThatExistAndRunForward() {
        broken("here has times of work item -1", () -> times.ran(-1, 0, 0));
        broken("here lets work item 0 run from cycle -1 to 3", () -> times.ran(0, -1, 3));
        broken("here lets work item 0 run from cycle 4 to 3", () -> times.ran(0, 4, 3));
        times.ran(0, 0, 0);
        times.ran(1, 7, 7);
        broken("here says twice when work item 1 ran", () -> times.ran(1, 8, 9));
        assertEquals(0, times.start(0));
        assertEquals(7, times.start(1));
        assertEquals(7, times.end(1));
    }

    @Test
    void anItemMayStartInTheCycleInWhichWhatItWaitsForHasEnded() {
        takes();
        takes();
        times.ran(0, 0, 5);
        times.ran(1, 0, 3);
        times.ran(2, 5, 6);
        takes(0, 1);
        assertEquals(6, times.finish(machine));
    }

    @Test
    void anItemThatWasTimedBeforeItCameIsCheckedWhenItComes() {
        takes();
        takes();
        times.ran(0, 0, 3);
        times.ran(1, 0, 5);
        times.ran(2, 4, 6);
        broken(
                "here starts work item 2 in cycle 4, before item 1, which it waits for, has ended in cycle 5",
                () -> takes(0, 1));
    }

    @Test
    void anItemThatCameBeforeItsTimesIsCheckedAtTheEnd() {
        takes();
        takes(0);
        times.ran(0, 0, 5);
        times.ran(1, 4, 9);
        broken(
                "here starts work item 1 in cycle 4, before item 0, which it waits for, has ended in cycle 5",
                () -> times.finish(machine));
    }

    @Test
    void anItemWhoseWaitIsNotTimedYetIsCheckedAtTheEnd() {
        takes();
        takes();
        times.ran(0, 0, 2);
        times.ran(2, 4, 6);
        takes(0, 1); // 1 has no times yet
        times.ran(1, 0, 5);
        broken(
                "here starts work item 2 in cycle 4, before item 1, which it waits for, has ended in cycle 5",
                () -> times.finish(machine));
    }

    /** 100 items with 9 waits each are kept until their times come: more than 64 items and 256 waits. */
    @Test
    void manyItemsAreKept() {
        for (int i = 0; i < 10; i++) {
            takes();
        }
        int[] waits = IntStream.rangeClosed(1, 9).toArray();
        for (int i = 0; i < 100; i++) {
            takes(waits);
        }
        for (int i = 0; i < 10; i++) {
            times.ran(i, 0, i);
        }
        for (int i = 10; i < 109; i++) {
            times.ran(i, 9, 10);
        }
        times.ran(109, 8, 10);
        broken(
                "here starts work item 109 in cycle 8, before item 9, which it waits for, has ended in cycle 9",
                () -> times.finish(machine));
    }

    /** Neither the last item kept nor the first wait: the waits of each item are its own. */
    @Test
    void keptWaitsAreThoseOfTheirItem() {
        takes();
        takes();
        takes(0);
        takes(0, 1);
        takes(0);
        times.ran(0, 0, 1);
        times.ran(1, 0, 9);
        times.ran(2, 1, 2);
        times.ran(3, 9, 10);
        times.ran(4, 1, 2);
        assertEquals(10, times.finish(machine));
    }

    /** An item with more waits than the store for them has. */
    @Test
    void anItemMayWaitForHundreds() {
        for (int i = 0; i < 700; i++) {
            takes();
        }
        takes(IntStream.range(0, 700).toArray());
        for (int i = 0; i < 700; i++) {
            times.ran(i, 0, i == 699 ? 4 : 1);
        }
        times.ran(700, 3, 5);
        broken(
                "here starts work item 700 in cycle 3, before item 699, which it waits for, has ended in cycle 4",
                () -> times.finish(machine));
    }

    @Test
    void thousandsOfItemsAreTimedInAnyOrder() {
        times.ran(5000, 1, 2);
        times.ran(1023, 3, 4);
        times.ran(1024, 5, 6);
        times.ran(2048, 7, 8);
        assertEquals(1, times.start(5000));
        assertEquals(4, times.end(1023));
        assertEquals(6, times.end(1024));
        assertEquals(8, times.end(2048));
        for (int i = 0; i <= 5000; i++) {
            takes();
        }
        assertEquals(4997, times.missing());
    }

    @Test
    void thousandsOfItemsComeBeforeTheirTimes() {
        for (int i = 0; i < 3000; i++) {
            takes();
        }
        times.accept(item(Hand.LOAD_INPUTS, 0), true, 22);
        for (int i = 0; i < 3000; i++) {
            times.ran(i, 0, 1);
        }
        times.ran(3000, 3, 13);
        broken(
                "here moves 22 off-chip bytes from cycle 3 to 13, for which it needs 11 cycles",
                () -> times.finish(machine));
    }

    @Test
    void completeWithAllItemsAndTheirTimes() {
        takes();
        times.ran(0, 0, 1);
        assertFalse(times.complete(), "more may come");
        takes();
        times.close();
        assertFalse(times.complete());
        assertEquals(1, times.missing());
        times.ran(1, 0, 9);
        assertTrue(times.complete());
        assertEquals(0, times.missing());
        assertEquals(9, times.finish(machine));
    }

    @Test
    void timesOfItemsThatNeverCame() {
        takes();
        times.ran(0, 0, 1);
        times.ran(1, 0, 1);
        times.close();
        assertTrue(times.complete());
        broken("here has times of 2 work items, there are 1", () -> times.finish(machine));
    }

    @Test
    void theLastEndIsThatOfAnyItem() {
        takes();
        takes();
        times.ran(0, 3, 12);
        times.ran(1, 5, 7);
        assertEquals(12, times.finish(machine));
    }

    /** In 10 cycles 20 bytes move; a 21st, which fills half a cycle, is not held against the machine, a 22nd is. */
    @Test
    void bytesNeedTheirCycles() {
        moves(3, 13, 21, 0);
        assertEquals(13, times.finish(machine));
        ItemTimes other = new ItemTimes("there");
        other.accept(item(Hand.LOAD_INPUTS, 0), true, 22);
        other.ran(0, 3, 13);
        broken(
                "there moves 22 off-chip bytes from cycle 3 to 13, for which it needs 11 cycles",
                () -> other.finish(machine));
    }

    @Test
    void productsNeedTheirCycles() {
        multiplies(3, 13, 43, 0);
        assertEquals(13, times.finish(machine));
        ItemTimes other = new ItemTimes("there");
        other.accept(item(Hand.MULTIPLY, 0), false, 44);
        other.ran(0, 3, 13);
        broken("there performs 44 MACs from cycle 3 to 13, for which it needs 11 cycles", () -> other.finish(machine));
    }

    /** 10 bytes by cycle 10, 24 by cycle 12: just as many as fit. Each alone would be too many for the last 2 cycles. */
    @Test
    void bytesAddUpFromTheFirstTransferOn() {
        moves(0, 10, 10, 0);
        moves(10, 12, 14, 1);
        assertEquals(12, times.finish(machine));
    }

    @Test
    void bytesThatAddUpToMoreThanFits() {
        moves(0, 10, 12, 0);
        moves(10, 12, 14, 1);
        broken(
                "here moves 26 off-chip bytes from cycle 0 to 12, for which it needs 13 cycles",
                () -> times.finish(machine));
    }

    /** A burst in the middle is too fast, whatever time there is behind it. */
    @Test
    void timeAfterABurstDoesNotExcuseIt() {
        moves(0, 2, 8, 0);
        moves(2, 100, 2, 1);
        broken(
                "here moves 8 off-chip bytes from cycle 0 to 2, for which it needs 4 cycles",
                () -> times.finish(machine));
    }

    @Test
    void neitherNothingNorComputationIsTimeToMoveBytesIn() {
        multiplies(0, 50, 4, 0);
        moves(0, 80, 0, 1);
        moves(90, 100, 22, 2);
        broken(
                "here moves 22 off-chip bytes from cycle 90 to 100, for which it needs 11 cycles",
                () -> times.finish(machine));
    }

    @Test
    void neitherNothingNorATransferIsTimeToMultiplyIn() {
        moves(0, 50, 4, 0);
        multiplies(0, 80, 0, 1);
        multiplies(90, 100, 44, 2);
        broken("here performs 44 MACs from cycle 90 to 100, for which it needs 11 cycles", () -> times.finish(machine));
    }

    @Test
    void whatTakesNoTimeMovesNoMoreThanFitsOneCycle() {
        moves(6, 6, 2, 0);
        assertEquals(6, times.finish(machine));
        ItemTimes other = new ItemTimes("there");
        other.accept(item(Hand.LOAD_INPUTS, 0), true, 4);
        other.ran(0, 6, 6);
        broken(
                "there moves 4 off-chip bytes from cycle 6 to 7, for which it needs 2 cycles",
                () -> other.finish(machine));
    }

    /** Up to 1024 cycles are looked at one by one, 1025 to 2048 in twos. */
    @Test
    void longSegmentsAreCheckedInSteps() {
        moves(100, 101, 4, 0);
        moves(100, 1124, 2, 1);
        broken(
                "here moves 4 off-chip bytes from cycle 100 to 101, for which it needs 2 cycles",
                () -> times.finish(machine));
        ItemTimes longer = new ItemTimes("there");
        longer.accept(item(Hand.LOAD_INPUTS, 0), true, 4);
        longer.accept(item(Hand.LOAD_INPUTS, 0), true, 2);
        longer.ran(0, 100, 101);
        longer.ran(1, 100, 1125);
        assertEquals(1125, longer.finish(machine));
        ItemTimes tooFast = new ItemTimes("there");
        tooFast.accept(item(Hand.LOAD_INPUTS, 0), true, 8);
        tooFast.accept(item(Hand.LOAD_INPUTS, 0), true, 2);
        tooFast.ran(0, 102, 104); // the second step, behind a first one in which nothing ends
        tooFast.ran(1, 100, 1125);
        assertEquals(1125, tooFast.finish(machine));
    }

    @Test
    void theLastStepOfALongSegmentIsCheckedToo() {
        moves(100, 2148, 4096, 0);
        assertEquals(2148, times.finish(machine));
        ItemTimes tooFast = new ItemTimes("there");
        tooFast.accept(item(Hand.LOAD_INPUTS, 0), true, 4098);
        tooFast.ran(0, 100, 2148);
        broken(
                "there moves 4098 off-chip bytes from cycle 100 to 2148, for which it needs 2049 cycles",
                () -> tooFast.finish(machine));
    }

    @Test
    void aWorkItemIsReusedWhileItsWaitsAreKept() {
        takes();
        takes();
        WorkItem reused = item(Hand.MULTIPLY, 0, 1);
        times.accept(reused, false, 0);
        reused.begin(Hand.MULTIPLY, 0, 0, 0, 0).waitFor(0);
        times.accept(reused, false, 0);
        times.ran(0, 0, 1);
        times.ran(1, 0, 9);
        times.ran(2, 9, 10);
        times.ran(3, 1, 2);
        assertEquals(10, times.finish(machine));
    }
}
