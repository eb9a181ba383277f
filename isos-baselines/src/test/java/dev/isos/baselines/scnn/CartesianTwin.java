package dev.isos.baselines.scnn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A processing element of SCNN, cycle by cycle: multipliers, a crossbar that delivers at once, a queue before each bank, banks
 * that add one product per cycle. Slow and readable; the oracle of {@link CartesianUnit}.
 */
final class CartesianTwin {
    /** A compressed operand; value 0 is a placeholder. */
    record Operand(int offset, int value) {}

    /** All activations and all weights of one channel. */
    record Channel(List<Operand> activations, List<Operand> weights) {}

    private record Product(int address, int value) {}

    private final int weightVector;
    private final int activationVector;
    private final int queueDepth;
    private final List<Deque<Product>> banks = new ArrayList<>();
    final int[] sums;
    int cycles;

    CartesianTwin(int weightVector, int activationVector, int banks, int queueDepth, int accumulators) {
        this.weightVector = weightVector;
        this.activationVector = activationVector;
        this.queueDepth = queueDepth;
        this.sums = new int[accumulators];
        for (int i = 0; i < banks; i++) {
            this.banks.add(new ArrayDeque<>());
        }
    }

    void run(List<Channel> channels) {
        Deque<List<Product>> issues = new ArrayDeque<>();
        for (Channel channel : channels) {
            for (List<Operand> a : vectors(channel.activations(), activationVector)) {
                for (List<Operand> w : vectors(channel.weights(), weightVector)) {
                    issues.add(products(a, w));
                }
            }
        }
        while (!issues.isEmpty() || banks.stream().anyMatch(b -> !b.isEmpty())) {
            if (!issues.isEmpty() && banks.stream().allMatch(b -> b.size() <= queueDepth)) {
                for (Product product : issues.remove()) {
                    banks.get(product.address() % banks.size()).add(product);
                }
            }
            for (Deque<Product> bank : banks) {
                if (!bank.isEmpty()) {
                    Product product = bank.remove();
                    sums[product.address()] += product.value();
                }
            }
            cycles++;
        }
    }

    private static List<Product> products(List<Operand> activations, List<Operand> weights) {
        List<Product> products = new ArrayList<>();
        for (Operand a : activations) {
            for (Operand w : weights) {
                if (a.value() != 0 && w.value() != 0) {
                    products.add(new Product(a.offset() + w.offset(), a.value() * w.value()));
                }
            }
        }
        return products;
    }

    private static List<List<Operand>> vectors(List<Operand> operands, int length) {
        List<List<Operand>> vectors = new ArrayList<>();
        for (int i = 0; i < operands.size(); i += length) {
            vectors.add(operands.subList(i, Math.min(operands.size(), i + length)));
        }
        return vectors;
    }
}
