package dev.isos.cli.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.configuration.Configurations;
import dev.isos.testkit.RandomWorkloads;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bytes served are bytes asked, in no less time than they need, on every machine at any clock and bandwidth. */
class OddClocksTest {
    private static final List<String> ACCELERATORS = List.of(
            "isosceles",
            "isosceles-single",
            "isosceles:poolings=counted:fidelity=stepped",
            "isosceles:fidelity=analytical",
            "sparten",
            "sparten-ideal",
            "fused-layer",
            "fused-layer-ideal",
            "scnn",
            "structured",
            "systolic-os",
            "systolic-ws",
            "systolic-is");
    private static final List<String> MEGAHERTZ =
            List.of("1", "333", "700", "999.999", "1100", "1333.333333", "9876.54321");
    private static final List<String> GIGABYTES = List.of("0.1", "3.3333", "12.8", "17.07", "25.6", "204.8", "1000");

    @Test
    void everyLawHolds() {
        boolean all = System.getProperty("isos.all") != null;
        Platform isos = IsosPlatform.load(Optional.empty());
        Map<String, Workload> corners = RandomWorkloads.corners();
        for (String corner : all ? corners.keySet() : Set.of("chain", "residual-projected", "grouped")) {
            for (String accelerator : ACCELERATORS) {
                for (int clock = 0; clock < MEGAHERTZ.size(); clock++) {
                    for (int bandwidth = 0; bandwidth < GIGABYTES.size(); bandwidth++) {
                        // the quick version meets every clock and every bandwidth once on each machine
                        if (all || clock == (bandwidth + corner.length()) % MEGAHERTZ.size()) {
                            check(
                                    isos,
                                    corners.get(corner),
                                    accelerator,
                                    MEGAHERTZ.get(clock),
                                    GIGABYTES.get(bandwidth));
                        }
                    }
                }
            }
            isos.release(corners.get(corner));
        }
    }

    /** The run itself fails where it breaks a law; the time that its bytes need is worked out here again, from the texts. */
    private static void check(
            Platform isos, Workload workload, String accelerator, String megahertz, String gigabytes) {
        String configuration = accelerator + ":" + "clock=" + megahertz + " MHz:dram.bandwidth=" + gigabytes + " GB/s";
        RunResult result = isos.run(
                workload,
                isos.accelerator(Configurations.request(configuration, "the test")),
                new RunOptions(false, SimulationListener.NONE, 1, 0));
        BigDecimal room = BigDecimal.valueOf(result.cycles()).multiply(new BigDecimal(gigabytes).movePointRight(6));
        BigDecimal need =
                BigDecimal.valueOf(result.traffic().total()).multiply(new BigDecimal(megahertz).movePointRight(3));
        assertTrue(room.compareTo(need) >= 0, workload.network().name() + " on " + configuration + ": " + result);
    }
}
