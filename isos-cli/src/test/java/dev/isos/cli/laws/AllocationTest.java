package dev.isos.cli.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.StageTimes;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a run allocates, kept or not, without the outputs of its layers. */
class AllocationTest {
    private static final double MEGABYTE = 1e6;

    private final Platform isos = IsosPlatform.load(Optional.empty());
    private final Workload workload = isos.workload("mobilenetv1-89", TestCache.request());

    /** Megabytes of the second run, which does not have to load classes. */
    private double allocated(String accelerator) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        StageTimes stages = new StageTimes();
        long before = 0;
        for (int run = 0; run < 2; run++) {
            isos.release(workload); // computes the outputs anew
            before = threads.getCurrentThreadAllocatedBytes();
            isos.run(
                    workload,
                    isos.accelerator(AcceleratorRequest.of(accelerator)),
                    RunOptions.defaults().with(stages));
        }
        return (threads.getCurrentThreadAllocatedBytes() - before - stages.outputBytes() / 2) / MEGABYTE;
    }

    private void allocatesBelow(double most, String accelerator) {
        double allocated = allocated(accelerator);
        assertTrue(allocated < most, () -> accelerator + " allocates " + allocated + " MB");
    }

    @Test
    void aRunOnIsoscelesAllocatesFewBytesForEachItem() {
        allocatesBelow(45, "isosceles");
        allocatesBelow(45, "isosceles-single");
    }

    @Test
    void aRunOnSparTenMakesRoomForItsItemsOnce() {
        allocatesBelow(20, "sparten");
    }

    @Test
    void aRunOnFusedLayerAllocatesLittleBesideItsOutputs() {
        allocatesBelow(12, "fused-layer");
    }
}
