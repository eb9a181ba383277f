package dev.isos.baselines.fusedlayer;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.LayerParameters;
import dev.isos.api.workload.Requantisation;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadInfo;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.core.simulate.Simulator;
import dev.isos.hw.energy.TableEnergyModel;
import dev.isos.testkit.Bench;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Networks and machines for the tests of this package. */
final class FusedLayerHarness {
    private FusedLayerHarness() {}

    /** Default hardware with settings as on the command line, {@code key=value}. */
    static FusedLayerModel model(String... settings) {
        return (FusedLayerModel) Bench.model(new FusedLayerFactory(), settings);
    }

    /** Runs a workload with all checks of the simulator, outputs compared with the reference. */
    static RunResult run(Workload workload, FusedLayerModel model, MappingPolicy policy) {
        Accelerator accelerator = new Accelerator("fused-layer", "test", "fused-layer", "fused-layer", policy.id());
        ConfiguredAccelerator configured = new ConfiguredAccelerator(
                accelerator,
                new FusedLayerDataflow(),
                model,
                policy,
                TableEnergyModel.builtIn().get(0));
        return new Simulator(Map.of()).run(workload, Simulator.pair(configured), RunOptions.defaults());
    }

    /** Chains shapes, without numbers. */
    static final class Chain {
        private final FeatureMapShape input;
        private final List<Layer> layers = new ArrayList<>();

        Chain(int channels, int height, int width) {
            input = new FeatureMapShape(channels, height, width);
        }

        Chain convolution(int outputs, int groups, Window window) {
            return add(new Convolution(outputs, groups, window), outputs, window);
        }

        Chain maxPooling(Window window) {
            return add(new Pooling(PoolingKind.MAX, window, false), shape().channels(), window);
        }

        private FeatureMapShape shape() {
            return layers.isEmpty() ? input : layers.get(layers.size() - 1).outputShape();
        }

        private Chain add(LayerOp op, int channels, Window window) {
            FeatureMapShape in = shape();
            FeatureMapShape out =
                    new FeatureMapShape(channels, window.outputHeight(in.height()), window.outputWidth(in.width()));
            int index = layers.size();
            layers.add(new Layer(index, "layer" + index, op, List.of(index - 1), Layer.NONE, in, out));
            return this;
        }

        Network network() {
            return new Network("chain", input, layers);
        }

        /** The network with filters of zeros: shapes are all that planning needs. */
        Workload workload() {
            List<LayerParameters> parameters = new ArrayList<>();
            for (Layer layer : layers) {
                Requantisation identity =
                        Requantisation.identity(layer.outputShape().channels(), false, 1f);
                parameters.add(
                        layer.op() instanceof Convolution
                                ? new LayerParameters(zeros(layer.filterShape()), identity)
                                : new LayerParameters(identity));
            }
            return new Workload(
                    new WorkloadInfo("chain", "chain", 0, "zeros", 1f),
                    network(),
                    parameters,
                    new ActivationTensor(input, false, new byte[input.elements()]),
                    List.of());
        }

        private static FilterTensor zeros(FilterShape shape) {
            return new FilterTensor(shape, new int[shape.fibers() + 1], new char[0], new byte[0]);
        }
    }
}
