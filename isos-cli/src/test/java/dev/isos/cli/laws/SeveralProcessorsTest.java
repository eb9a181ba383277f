package dev.isos.cli.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.cli.TestCache;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every accelerator gives the same for any number of processors. */
class SeveralProcessorsTest {
    @Test
    void theResultIsTheSame() {
        Platform isos = IsosPlatform.load(Optional.empty());
        Workload workload = isos.workload("mobilenetv1-89", TestCache.request());
        assertTrue(isos.accelerators().size() > 5, isos.accelerators().toString());
        for (String accelerator : isos.accelerators().keySet()) {
            String alone = run(isos, workload, accelerator, 1);
            for (int processors : new int[] {2, 5}) {
                assertEquals(alone, run(isos, workload, accelerator, processors), accelerator + " on " + processors);
            }
        }
    }

    private static String run(Platform isos, Workload workload, String accelerator, int processors) {
        isos.release(workload); // computes the outputs anew
        RunResult result = isos.run(
                workload,
                isos.accelerator(AcceleratorRequest.of(accelerator)),
                RunOptions.defaults().on(processors));
        assertTrue(result.verified());
        return result.toString().replaceAll("Host\\[[^]]*]", "");
    }
}
