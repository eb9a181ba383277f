package dev.isos.workloads.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.LayerNormalisation;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.LayerOp.Softmax;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.testkit.RandomWorkloads;
import dev.isos.workloads.export.OnnxRuntimeOracle.Difference;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OnnxExporterTest {
    private static final int NETWORKS = Integer.getInteger("isos.oracleNetworks", 60);
    private static final long FIRST_SEED = Long.getLong("isos.oracleSeed", 20_260_000);

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + NETWORKS);
    }

    /** Every layer, and the outputs of the model as the runtime optimises it without further outputs. */
    private static void check(Workload workload) {
        byte[] model;
        try {
            model = OnnxRuntimeOracle.export(workload);
        } catch (IsosException e) {
            // what ONNX Runtime does not offer; the random networks have a few of them
            assertTrue(e.getMessage().contains("ONNX runtimes do"), e.getMessage());
            return;
        }
        Map<String, byte[]> layers = OnnxRuntimeOracle.run(workload, OnnxRuntimeOracle.withAllLayers(workload, model));
        Map<String, Difference> differences = OnnxRuntimeOracle.compare(workload, layers);
        assertEquals(workload.network().size(), differences.size());
        differences.forEach((layer, d) -> {
            String where = workload.info().id() + ", layer " + layer + ": " + d;
            assertTrue(d.different() == 0, where);
        });
        OnnxRuntimeOracle.run(workload, model).forEach((name, output) -> {
            org.junit.jupiter.api.Assertions.assertArrayEquals(
                    layers.get(name), output, workload.info().id());
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomNetworksGiveTheSameOutputs(long seed) {
        check(RandomWorkloads.network(seed));
    }

    @Test
    void cornerCasesGiveTheSameOutputs() {
        RandomWorkloads.corners().values().stream()
                .filter(workload -> !hasNoOnnxForm(workload))
                .forEach(OnnxExporterTest::check);
    }

    @Test
    void scalesAndSourceAreMetadata() throws InvalidProtocolBufferException {
        Workload workload = RandomWorkloads.network(1);
        ModelProto model = ModelProto.parseFrom(OnnxRuntimeOracle.export(workload));
        assertEquals(ModelFile.OPSET, model.getOpsetImport(0).getVersion());
        assertTrue(model.getMetadataPropsList().stream()
                .anyMatch(p -> p.getKey().equals("isos.source")
                        && p.getValue().equals(workload.info().source())));
        assertTrue(model.getMetadataPropsList().stream()
                .anyMatch(p -> p.getKey()
                        .equals("isos.scale." + workload.network().output().name())));
    }

    @Test
    void aMaxPoolingOfPaddingAloneIsRefused() {
        WorkloadBuilder builder = new WorkloadBuilder("padding", 1, new FeatureMapShape(2, 3, 3), false, 1);
        builder.pooling(Layer.NETWORK_INPUT, PoolingKind.MAX, Window.square(1, 1, 1), false);
        IsosException e = assertThrows(IsosException.class, () -> OnnxRuntimeOracle.export(builder.build()));
        assertEquals(
                "layer pool0 has padding as large as its window, which ONNX runtimes do not max-pool", e.getMessage());
    }

    private static boolean hasNoOnnxForm(Workload workload) {
        return workload.network().layers().stream()
                .anyMatch(layer -> layer.op() instanceof LayerNormalisation || layer.op() instanceof Softmax);
    }

    @Test
    void layersWithoutAnOnnxFormAreRefused() {
        List<Workload> refused = new ArrayList<>(RandomWorkloads.wholeOperands().values());
        RandomWorkloads.corners().values().stream()
                .filter(OnnxExporterTest::hasNoOnnxForm)
                .forEach(refused::add);
        assertEquals(6, refused.size());
        for (Workload workload : refused) {
            IsosException refusal = assertThrows(IsosException.class, () -> OnnxRuntimeOracle.export(workload));
            assertTrue(refusal.getMessage().endsWith(", which cannot be written as ONNX"), refusal.getMessage());
        }
    }
}
