package dev.isos.api.law;

import static dev.isos.api.law.Hand.broken;
import static dev.isos.api.law.Hand.inputs;
import static dev.isos.api.law.Hand.item;
import static dev.isos.api.law.Hand.multiply;
import static dev.isos.api.law.Hand.segment;
import static dev.isos.api.law.Hand.store;
import static dev.isos.api.law.Hand.weights;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.ElementwiseAdd;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Causality of streams of items made by hand. */
class WorkOrderTest {
    private static final FeatureMapShape SHAPE = new FeatureMapShape(2, 2, 2);
    private static final int IMAGE = Layer.NETWORK_INPUT;

    private static Network chain(int layers) {
        NetworkBuilder builder = new NetworkBuilder("chain", SHAPE);
        int last = IMAGE;
        for (int i = 0; i < layers; i++) {
            last = builder.convolution("c" + i, last, 2, 1, 1, 0);
        }
        return builder.build();
    }

    private static void take(Network network, Segment segment, boolean effectualOnly, WorkItem... items) {
        WorkOrder first = new WorkOrder("here", network, segment, Hand.SCHEMA, effectualOnly, null);
        for (int i = 0; i < items.length; i++) {
            WorkItem patient = new WorkItem(Hand.SCHEMA);
            int[] words = new int[items[i].words()];
            items[i].write(words, 0);
            patient.read(words, 0);
            IntStream.range(0, i).forEach(patient::waitFor);
            first.accept(patient);
        }
        // in the memory of an order in which every item has waited for all before it
        WorkOrder order = new WorkOrder("here", network, segment, Hand.SCHEMA, effectualOnly, first);
        for (WorkItem item : items) {
            order.accept(item);
        }
        order.end();
    }

    /** Takes items of a segment of two convolutions that skips zeros. */
    private static void two(WorkItem... items) {
        take(chain(2), segment(0, 1), true, items);
    }

    private static void dense(WorkItem... items) {
        take(chain(2), segment(0, 1), false, items);
    }

    @Test
    void everythingIsWaitedFor() {
        assertDoesNotThrow(() -> two(
                inputs(0, IMAGE, 8),
                weights(0, 4),
                multiply(0, 0, 5, 0, 1),
                weights(1, 4),
                multiply(1, 1, 5, 2, 3),
                store(1, 8, 4)));
    }

    @Test
    void weightsAreWaitedFor() {
        String sentence = "here computes c1 without waiting for its weights";
        broken(
                sentence,
                () -> two(
                        inputs(0, IMAGE, 8),
                        weights(0, 4),
                        multiply(0, 0, 5, 0, 1),
                        weights(1, 4),
                        multiply(1, 1, 5, 2),
                        store(1, 8, 4)));
        broken(
                "here computes c0 without waiting for its weights",
                () -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0)));
        // one of two computations
        broken(
                "here computes c0 without waiting for its weights",
                () -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0, 1), multiply(0, 1, 5, 0)));
        broken(
                "here computes c0 without waiting for its weights",
                () -> dense(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0), multiply(0, 1, 5, 0, 1)));
    }

    @Test
    void weightsThatNobodyLoadsAreZero() {
        assertDoesNotThrow(() -> two(inputs(0, IMAGE, 8), multiply(0, 0, 5, 0)));
    }

    @Test
    void withoutProductsThereIsNothingToWaitFor() {
        assertDoesNotThrow(() -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 0)));
        broken(
                "here computes c0 without waiting for its weights",
                () -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 1)));
    }

    @Test
    void weightsOfALayerElsewhereAreNotItsOwn() {
        assertDoesNotThrow(() -> take(
                chain(3), segment(1), true, inputs(1, 0, 8), weights(2, 4), weights(0, 4), multiply(1, 0, 5, 0, 1)));
    }

    @Test
    void everyComputationOfADataflowThatSkipsZerosWaitsForItsInput() {
        broken(
                "here computes c1 without waiting for its input",
                () -> two(
                        inputs(0, IMAGE, 8),
                        weights(0, 4),
                        multiply(0, 0, 5, 0, 1),
                        weights(1, 4),
                        multiply(1, 1, 5, 3)));
        broken(
                "here computes c0 without waiting for its input",
                () -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0, 1), multiply(0, 1, 5, 1)));
    }

    @Test
    void someComputationOfADenseDataflowWaitsForItsInput() {
        assertDoesNotThrow(
                () -> dense(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0, 1), multiply(0, 1, 5, 1)));
        assertDoesNotThrow(
                () -> dense(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 1), multiply(0, 1, 5, 0, 1)));
        broken(
                "here computes c0 without waiting for its input",
                () -> dense(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 1), multiply(0, 1, 5, 1)));
        assertDoesNotThrow(
                () -> dense(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 0, 1)), "there are no products");
    }

    @Test
    void inputsThatNobodyLoadsAreZero() {
        assertDoesNotThrow(() -> two(weights(0, 4), multiply(0, 0, 5, 0)));
    }

    @Test
    void computationsAtAPlaceFollowEachOther() {
        assertDoesNotThrow(() -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 3, 5, 0, 1), multiply(0, 3, 5)));
        assertDoesNotThrow(
                () -> two(
                        inputs(0, IMAGE, 8),
                        weights(0, 4),
                        multiply(0, 3, 5, 0, 1),
                        multiply(0, 200, 5, 0, 1), // far away
                        multiply(0, 3, 5),
                        multiply(0, 200, 5)),
                "what is known of a place is kept when there are more places");
    }

    @Test
    void aPlaceWhereNothingWasComputedKnowsNothing() {
        String sentence = "here computes c0 without waiting for its weights";
        // item 0 loads weights, and is nobody's predecessor
        broken(sentence, () -> two(weights(0, 4), inputs(0, IMAGE, 8), multiply(0, 0, 5, 1)));
        broken(sentence, () -> two(weights(0, 4), inputs(0, IMAGE, 8), multiply(0, 0, 5, 0, 1), multiply(0, 64, 5, 1)));
        broken(
                sentence,
                () -> two(weights(0, 4), inputs(0, IMAGE, 8), multiply(0, 70, 5, 0, 1), multiply(0, 71, 5, 1)));
    }

    @Test
    void aPlaceOfAnotherLayerKnowsNothing() {
        broken(
                "here computes c1 without waiting for its input",
                () -> two(
                        inputs(0, IMAGE, 8),
                        weights(0, 4),
                        multiply(0, 0, 5, 0, 1),
                        weights(1, 4),
                        multiply(1, 0, 5, 3)));
        // and what comes back after another layer starts anew
        broken(
                "here computes c0 without waiting for its weights",
                () -> two(
                        inputs(0, IMAGE, 8),
                        weights(0, 4),
                        multiply(0, 0, 5, 0, 1),
                        weights(1, 4),
                        multiply(1, 0, 5, 2, 3),
                        multiply(0, 0, 5, 0)));
    }

    /** What a transfer waited for is not there for the next one at its place. */
    @Test
    void transfersDoNotFollowEachOther() {
        broken(
                "here writes the output of c1 without waiting for its computation",
                () -> take(
                        chain(2),
                        segment(1),
                        true,
                        inputs(1, 0, 8),
                        weights(1, 4),
                        multiply(1, 0, 5, 0, 1),
                        inputs(1, 0, 8, 2),
                        store(1, 8)));
    }

    @Test
    void someWriteWaitsForItsComputation() {
        String sentence = "here writes the output of c1 without waiting for its computation";
        WorkItem[] computed = {
            inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0, 1), weights(1, 4), multiply(1, 1, 5, 2, 3)
        };
        broken(sentence, () -> two(with(computed, store(1, 8, 2))));
        assertDoesNotThrow(() -> two(with(computed, store(1, 8, 4))));
        assertDoesNotThrow(() -> two(with(computed, store(1, 8, 2), store(1, 8, 4))));
        assertDoesNotThrow(() -> two(with(computed, store(1, 8, 4), store(1, 8, 2))));
        assertDoesNotThrow(() -> two(with(computed, store(1, 0, 2))), "nothing is written");
        broken(sentence, () -> two(with(computed, store(1, 1, 2))));
    }

    @Test
    void anOutputThatNobodyComputesIsKnown() {
        assertDoesNotThrow(() -> two(inputs(0, IMAGE, 8), weights(0, 4), multiply(0, 0, 5, 0, 1), store(1, 8)));
    }

    @Test
    void writesOfOtherTensorsAreNotTheSegmentsOutputs() {
        assertDoesNotThrow(() -> take(
                chain(3),
                segment(1),
                true,
                inputs(1, 0, 8),
                weights(1, 4),
                multiply(1, 0, 5, 0, 1),
                item(Hand.STORE, 1).moves(TensorRole.OUTPUTS, 2, 8),
                store(1, 8, 2)));
    }

    private static WorkItem[] with(WorkItem[] items, WorkItem... more) {
        List<WorkItem> all = new ArrayList<>(List.of(items));
        all.addAll(List.of(more));
        return all.toArray(WorkItem[]::new);
    }

    @Test
    void onlyTransfersOfActivationsBringInputs() {
        // partial sums of the layer itself
        broken(
                "here computes c0 without waiting for its input",
                () -> two(
                        inputs(0, IMAGE, 8),
                        item(Hand.LOAD_INPUTS, 0).moves(TensorRole.OUTPUTS, IMAGE, 8),
                        weights(0, 4),
                        multiply(0, 0, 5, 1, 2)));
        assertDoesNotThrow(() -> two(
                inputs(0, IMAGE, 8),
                item(Hand.LOAD_INPUTS, 0).moves(TensorRole.RESIDUALS, IMAGE, 8),
                weights(0, 4),
                multiply(0, 0, 5, 1, 2)));
        // a tensor that nobody in the segment reads
        assertDoesNotThrow(() -> take(
                chain(3),
                segment(2),
                true,
                inputs(2, 0, 8),
                inputs(2, IMAGE, 8),
                inputs(2, 1, 8),
                weights(2, 4),
                multiply(2, 0, 5, 2, 3)));
    }

    @Test
    void everyInputIsWaitedFor() {
        NetworkBuilder builder = new NetworkBuilder("sum", SHAPE);
        int first = builder.convolution("first", IMAGE, 2, 1, 1, 0);
        int second = builder.convolution("second", IMAGE, 2, 1, 1, 0);
        int sum = builder.add("sum", new ElementwiseAdd(), List.of(first, second), Layer.NONE);
        Network network = builder.build();
        assertDoesNotThrow(() -> take(
                network, segment(sum), true, inputs(sum, first, 8), inputs(sum, second, 8), multiply(sum, 0, 5, 0, 1)));
        for (int waits = 0; waits < 2; waits++) {
            int one = waits;
            broken(
                    "here computes sum without waiting for its input",
                    () -> take(
                            network,
                            segment(sum),
                            true,
                            inputs(sum, first, 8),
                            inputs(sum, second, 8),
                            multiply(sum, 0, 5, one)));
        }
        // a layer without filters waits for no weights
        assertDoesNotThrow(() -> take(
                network,
                segment(sum),
                true,
                inputs(sum, first, 8),
                inputs(sum, second, 8),
                weights(sum, 4),
                multiply(sum, 0, 5, 0, 1)));
    }

    /** One part of a concatenation may be all that a computation needs, be it computed here or loaded. */
    @Test
    void aPartOfAConcatenationIsEnough() {
        NetworkBuilder builder = new NetworkBuilder("parts", SHAPE);
        int first = builder.convolution("first", IMAGE, 2, 1, 1, 0);
        int second = builder.convolution("second", IMAGE, 2, 1, 1, 0);
        int both = builder.concatenation("both", List.of(first, second));
        int last = builder.convolution("last", both, 2, 1, 1, 0);
        Network network = builder.build();
        for (int part = 0; part < 2; part++) {
            int one = part;
            assertDoesNotThrow(() -> take(
                    network,
                    segment(both, last),
                    true,
                    inputs(last, first, 8),
                    inputs(last, second, 8),
                    weights(last, 4),
                    multiply(last, 0, 5, one, 2)));
        }
        broken(
                "here computes last without waiting for its input",
                () -> take(
                        network,
                        segment(both, last),
                        true,
                        inputs(last, first, 8),
                        inputs(last, second, 8),
                        weights(last, 4),
                        multiply(last, 0, 5, 2)));
        broken(
                "here computes last without waiting for its input",
                () -> take(
                        network,
                        segment(both, last),
                        true,
                        inputs(last, second, 8),
                        weights(last, 4),
                        multiply(last, 0, 5, 1)));
    }

    /** 40 layers have 81 facts, which are more than a word holds. */
    @Test
    void longSegmentsHaveManyFacts() {
        Segment all = segment(IntStream.range(0, 40).toArray());
        assertDoesNotThrow(() -> take(chain(40), all, true, longChain(-1)));
        for (int layer = 0; layer < 40; layer += 3) {
            int careless = layer;
            broken(
                    "here computes c" + careless + " without waiting for its weights",
                    () -> take(chain(40), all, true, longChain(careless)));
        }
    }

    /** Input, then weights and computation of each layer; the computation of one does not wait for weights. */
    private static WorkItem[] longChain(int careless) {
        List<WorkItem> items = new ArrayList<>();
        items.add(inputs(0, IMAGE, 8));
        for (int layer = 0; layer < 40; layer++) {
            int input = items.size() - 1;
            items.add(weights(layer, 4));
            items.add(layer == careless ? multiply(layer, 0, 5, input) : multiply(layer, 0, 5, input, input + 1));
        }
        return items.toArray(WorkItem[]::new);
    }

    /** A fact of the first item is there for the last of thousands, and for no other that does not wait for it. */
    @Test
    void factsOfThousandsOfItemsAreKept() {
        List<WorkItem> items = new ArrayList<>();
        items.add(inputs(0, IMAGE, 8));
        items.add(weights(0, 4));
        for (int i = 2; i < 3000; i++) {
            items.add(multiply(0, i, 5, i == 2 ? 0 : i - 1, 1));
        }
        assertDoesNotThrow(() -> take(chain(1), segment(0), true, items.toArray(WorkItem[]::new)));
        items.add(multiply(0, 3000, 5, 1));
        broken(
                "here computes c0 without waiting for its input",
                () -> take(chain(1), segment(0), true, items.toArray(WorkItem[]::new)));
    }
}
