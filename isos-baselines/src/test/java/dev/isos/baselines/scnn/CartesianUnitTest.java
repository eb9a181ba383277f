package dev.isos.baselines.scnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.random.SplitMix;
import dev.isos.baselines.scnn.CartesianTwin.Channel;
import dev.isos.baselines.scnn.CartesianTwin.Operand;
import dev.isos.baselines.scnn.bank.BankModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class CartesianUnitTest {
    private static CartesianUnit unit(int weightVector, int activationVector, int banks, int entries, int queue) {
        return new CartesianUnit(new BankModel(weightVector, activationVector, banks, queue), banks * entries);
    }

    private static void multiply(CartesianUnit unit, Channel channel) {
        List<Operand> a = channel.activations();
        List<Operand> w = channel.weights();
        int[] activationOffsets = a.stream().mapToInt(Operand::offset).toArray();
        int[] weightOffsets = w.stream().mapToInt(Operand::offset).toArray();
        short[] activations = new short[a.size()];
        byte[] weights = new byte[w.size()];
        for (int i = 0; i < activations.length; i++) {
            activations[i] = (short) a.get(i).value();
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) w.get(i).value();
        }
        unit.multiply(activationOffsets, activations, 0, activations.length, weightOffsets, weights, 0, weights.length);
    }

    @Test
    void agreesWithTheTwinOnRandomCases(TestReporter reporter) {
        long seed = Long.getLong("isos.seed", 1);
        reporter.publishEntry("seed", Long.toString(seed));
        SplitMix random = new SplitMix(seed);
        for (int i = 0; i < 500; i++) {
            int banks = 1 << random.between(0, 8);
            int entries = random.between(2, 16);
            BankModel model = new BankModel(
                    random.between(1, 20), random.between(1, 12), banks, random.oneOf(0, 1, 2, 3, 4, 5, 12, 31));
            int half = banks * entries / 2;
            List<Channel> channels = new ArrayList<>();
            for (int c = random.between(1, 12); c > 0; c--) {
                channels.add(new Channel(operands(random, half, 255), operands(random, half, 127)));
            }
            CartesianTwin twin = new CartesianTwin(
                    model.weightVector(), model.activationVector(), banks, model.queue(), banks * entries);
            twin.run(channels);
            CartesianUnit unit = new CartesianUnit(model, banks * entries);
            unit.begin();
            channels.forEach(channel -> multiply(unit, channel));
            String where = "case " + i + " of seed " + seed + ", " + model;
            assertArrayEquals(twin.sums, unit.sums(), where);
            assertEquals(twin.cycles, unit.bankTime(true), where);
        }
    }

    private static List<Operand> operands(SplitMix random, int addresses, int largest) {
        List<Operand> operands = new ArrayList<>();
        for (int n = random.between(0, 20); n > 0; n--) {
            int value = random.chance(0.15) ? 0 : random.between(-Math.min(largest, 127), largest);
            operands.add(new Operand(random.between(0, Math.max(0, addresses - 1)), value));
        }
        return operands;
    }

    @Test
    void conflictsByHand() {
        // two weights and two activations, all products in bank 0 of 4, no queue: four cycles per pair
        Channel channel = new Channel(
                List.of(new Operand(0, 1), new Operand(4, 2)), List.of(new Operand(0, 3), new Operand(8, 5)));
        CartesianUnit unit = unit(2, 2, 4, 4, 0);
        unit.begin();
        multiply(unit, channel);
        assertEquals(4, unit.bankTime(true));
        assertArrayEquals(new int[] {3, 0, 0, 0, 6, 0, 0, 0, 5, 0, 0, 0, 10, 0, 0, 0}, unit.sums());
    }

    @Test
    void aQueueLetsTheNextPairStart() {
        // pairs of two products in one bank, then of one each in others: the second product waits in the queue
        // meanwhile
        Channel conflict = new Channel(List.of(new Operand(0, 1)), List.of(new Operand(0, 1), new Operand(4, 1)));
        Channel other = new Channel(List.of(new Operand(1, 1)), List.of(new Operand(0, 1)));
        for (int queue = 0; queue <= 1; queue++) {
            CartesianUnit unit = unit(2, 2, 4, 4, queue);
            unit.begin();
            multiply(unit, conflict);
            multiply(unit, other);
            assertEquals(3 - queue, unit.bankTime(true));
        }
    }

    @Test
    void placeholdersTakeSlotsButMakeNoProducts() {
        Channel channel = new Channel(
                List.of(new Operand(0, 7)), List.of(new Operand(0, 0), new Operand(0, 0), new Operand(1, 2)));
        CartesianUnit unit = unit(2, 1, 4, 4, 0);
        unit.begin();
        multiply(unit, channel);
        assertEquals(2, unit.bankTime(true));
        assertEquals(14, unit.sums()[1]);
    }
}
