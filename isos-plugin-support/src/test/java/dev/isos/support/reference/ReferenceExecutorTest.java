package dev.isos.support.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ReferenceExecutorTest {
    private static final int RANDOM_CASES = 300;

    @TestFactory
    Stream<DynamicTest> cornersAgreeWithThePlainReference() {
        return Stream.of(RandomWorkloads.corners(), RandomWorkloads.wholeOperands())
                .flatMap(workloads -> workloads.entrySet().stream())
                .map(corner -> DynamicTest.dynamicTest(corner.getKey(), () -> agrees(corner.getValue())));
    }

    @Test
    void randomLayersAgreeWithThePlainReference() {
        long first = Long.getLong("isos.seed", 1);
        for (long seed = first; seed < first + RANDOM_CASES; seed++) {
            agrees(RandomWorkloads.layer(seed));
        }
    }

    @Test
    void randomNetworksAgreeWithThePlainReference() {
        long first = Long.getLong("isos.seed", 1);
        for (long seed = first; seed < first + RANDOM_CASES / 2; seed++) {
            agrees(RandomWorkloads.network(seed));
        }
    }

    @Test
    void widthsAroundVectorAndUnrollBoundariesAgree() {
        for (int outputs = 1; outputs < 40; outputs += 3) {
            WorkloadBuilder builder =
                    new WorkloadBuilder("wide-" + outputs, outputs, new FeatureMapShape(outputs, 4, 3), true, 0.8);
            builder.convolution(Layer.NETWORK_INPUT, outputs, 1, Window.square(3, 1, 1), 0.9);
            agrees(builder.build());
        }
    }

    @Test
    void refusesAnInputOfAnotherShape() {
        Workload workload = RandomWorkloads.corners().get("dense");
        Layer layer = workload.network().layer(0);
        ActivationTensor other = new ActivationTensor(new FeatureMapShape(6, 7, 6), false, new byte[6 * 7 * 6]);
        IsosException refusal = assertThrows(
                IsosException.class, () -> ReferenceExecutor.accumulate(layer, other, workload.filters(0)));
        assertEquals("layer conv0 needs an input of shape 6x7x5, got 6x7x6", refusal.getMessage());
    }

    private static void agrees(Workload workload) {
        String where = workload.info().id() + " (seed " + workload.info().seed() + ")";
        List<ActivationTensor> expected = PlainReference.outputs(workload);
        List<Long> macs = PlainReference.effectualMacs(workload, expected);
        List<ActivationTensor> outputs = new ArrayList<>();
        List<LayerReference> references = ReferenceExecutor.execute(workload, (layer, output) -> outputs.add(output));
        assertEquals(expected.size(), references.size(), where);
        for (int i = 0; i < expected.size(); i++) {
            String layer = where + ", layer " + workload.network().layer(i).name();
            assertArrayEquals(expected.get(i).values(), outputs.get(i).values(), layer);
            assertEquals(expected.get(i).sha256(), references.get(i).outputSha256(), layer);
            assertEquals(expected.get(i).nonZeros(), references.get(i).outputNonZeros(), layer);
            assertEquals(macs.get(i), references.get(i).effectualMacs(), layer);
        }
    }
}
