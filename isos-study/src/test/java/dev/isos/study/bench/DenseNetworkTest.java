package dev.isos.study.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Network;
import dev.isos.testkit.RandomWorkloads;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseNetworkTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void givesTheSameSumsOnSeveralThreads(int threads) {
        Network network = RandomWorkloads.network(5).network();
        try (DenseNetwork one = new DenseNetwork(network, 1);
                DenseNetwork several = new DenseNetwork(network, threads)) {
            double expected = one.run();
            assertEquals(expected, several.run());
            assertEquals(expected, several.run());
        }
    }
}
