package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What SparTen's greedy balancing brings on built-in networks: {@code -Disos.balancing=all} for all of them, else that with the
 * narrowest layers. Prints the table of docs/sparten.md.
 */
class BalancingTest {
    private static final String SIMULATED_BY_SPARTEN =
            "SparTen (MICRO 2019), average of its networks, with balancing: 4.7x over "
                    + "dense, 1.8x over one-sided, 3x over SCNN; gains of balancing alone are not in its abstract";

    private final Platform isos = IsosPlatform.load(Optional.empty());

    @Test
    void hybridIsNeverSlowerThanSoftwareAndSoftwareNeverThanNone() {
        boolean all = System.getProperty("isos.balancing", "").equals("all");
        List<String> networks = all ? isos.workloads().stream().map(w -> w.id()).toList() : List.of("googlenet-58");
        double[] logarithms = new double[4];
        List<String> broken = new ArrayList<>();
        for (String network : networks) {
            Workload workload = isos.workload(network, TestCache.request());
            long none = cycles(workload, "balancing=none");
            long software = cycles(workload, "balancing=software");
            long hybrid = cycles(workload, "balancing=hybrid");
            // the last columns are for the whole table alone: half as many runs
            String memory = "dram.bandwidth=10000 GB/s";
            long computingNone = all ? cycles(workload, "balancing=none", memory) : none;
            double[] gains = {
                (double) none / software,
                (double) none / hybrid,
                (double) computingNone / (all ? cycles(workload, "balancing=software", memory) : software),
                (double) computingNone / (all ? cycles(workload, "balancing=hybrid", memory) : hybrid)
            };
            for (int i = 0; i < gains.length; i++) {
                logarithms[i] += StrictMath.log(gains[i]) / networks.size();
            }
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %,d | %.3fx | %.3fx | %.2fx | %.2fx |",
                    network,
                    none,
                    software,
                    hybrid,
                    gains[0],
                    gains[1],
                    gains[2],
                    gains[3]));
            if (software > 1.01 * none || hybrid > 1.01 * software) {
                broken.add(network + ": none " + none + ", software " + software + ", hybrid " + hybrid);
            }
            isos.release(workload);
        }
        System.out.println(String.format(
                Locale.ROOT,
                "| geometric mean | | | | %.3fx | %.3fx | %.2fx | %.2fx |",
                StrictMath.exp(logarithms[0]),
                StrictMath.exp(logarithms[1]),
                StrictMath.exp(logarithms[2]),
                StrictMath.exp(logarithms[3])));
        System.out.println(SIMULATED_BY_SPARTEN);
        assertTrue(broken.isEmpty(), String.join("; ", broken));
    }

    private long cycles(Workload workload, String... settings) {
        RunResult result = isos.run(
                workload,
                isos.accelerator(new AcceleratorRequest(
                        "sparten-ideal", Optional.empty(), List.of(settings), Optional.empty(), Optional.empty())),
                RunOptions.defaults());
        return result.cycles();
    }
}
