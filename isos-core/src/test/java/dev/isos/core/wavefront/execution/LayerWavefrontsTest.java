package dev.isos.core.wavefront.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.Workload;
import dev.isos.core.wavefront.execution.LayerWavefronts.Wavefront;
import dev.isos.support.reference.ReferenceExecutor;
import dev.isos.testkit.RandomWorkloads;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerWavefrontsTest {
    private static LayerWavefronts of(Workload workload) {
        return LayerWavefronts.of(
                workload.network().layer(0), workload.parameters().get(0), workload.input(), null);
    }

    @Test
    void sumsAreThoseOfTheReference() {
        for (String corner : List.of("dense", "stem", "strided", "dilated", "padded-wide", "depthwise", "pointwise")) {
            Workload workload = RandomWorkloads.corners().get(corner);
            Layer layer = workload.network().layer(0);
            LayerWavefronts wavefronts = of(workload);
            ActivationTensor[] outputs = new ActivationTensor[1];
            ReferenceExecutor.execute(workload, (l, output) -> outputs[0] = output);
            assertArrayEquals(outputs[0].values(), wavefronts.output().values(), corner);
            assertEquals(layer.inputShape().width(), wavefronts.wavefronts().size(), corner);
            assertEquals(
                    ReferenceExecutor.effectualMacs(layer, workload.input(), workload.filters(0)),
                    wavefronts.wavefronts().stream()
                            .mapToLong(Wavefront::products)
                            .sum(),
                    corner);
            assertEquals(
                    workload.input().nonZeros(),
                    Arrays.stream(wavefronts.inputNonZeros()).asLongStream().sum(),
                    corner);
            int complete = 0;
            for (Wavefront wavefront : wavefronts.wavefronts()) {
                assertTrue(wavefront.completeColumns() >= complete, corner);
                assertEquals(complete, Math.min(complete, wavefront.firstLive()), corner);
                assertTrue(wavefront.partialNonZeros() <= wavefront.partials(), corner + " " + wavefront);
                complete = wavefront.completeColumns();
            }
            assertEquals(layer.outputShape().width(), complete, corner);
        }
    }

    @Test
    void aWindowOfThreeColumnsKeepsThreeColumnsOfPartialResults() {
        Workload workload = RandomWorkloads.corners().get("dense");
        Layer layer = workload.network().layer(0);
        assertEquals(Window.square(3, 1, 1), layer.convolution().orElseThrow().window());
        // rows at the edges meet two of the three kernel rows
        long column =
                (3L * layer.inputShape().height() - 2) * layer.outputShape().channels();
        List<Wavefront> wavefronts = of(workload).wavefronts();
        assertEquals(2 * column, wavefronts.get(0).partials());
        assertEquals(0, wavefronts.get(0).completeColumns());
        Wavefront second = wavefronts.get(1);
        assertEquals(List.of(0, 2), List.of(second.firstLive(), second.lastLive()));
        assertEquals(3 * column, second.partials());
        assertEquals(1, second.completeColumns());
        int last = wavefronts.size() - 1;
        assertEquals(2 * column, wavefronts.get(last).partials());
        assertEquals(last + 1, wavefronts.get(last).completeColumns());
    }
}
