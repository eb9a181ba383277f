package dev.isos.cli.benchmark;

import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.wavefront.frontend.FrontEndCounts;
import dev.isos.core.wavefront.frontend.PackedFilters;
import dev.isos.core.wavefront.mapping.KernelAxis;
import dev.isos.core.wavefront.mapping.LayerFactors;
import dev.isos.core.wavefront.mapping.Pass;
import dev.isos.core.wavefront.work.LayerWork;
import dev.isos.support.arithmetic.BlockMemory;
import dev.isos.support.arithmetic.BlockedConvolution;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The kernels in which simulations spend most of their time, on one layer of a usual size: 128 channels on 28 x 28, kernel 3 x 3. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {
    private static final int CHANNELS = 128;
    private static final int SIZE = 28;
    private static final int VECTOR_WIDTH = 8;
    private static final double ACTIVATION_DENSITY = 0.4;

    /** Share of weights that are not zero. */
    @Param({"0.04", "0.2"})
    private double weightDensity;

    private Layer layer;
    private ActivationTensor input;
    private FilterTensor filters;
    private KernelAxis rows;
    private KernelAxis columns;
    private PackedFilters packed;
    private LayerWork work;
    private final BlockMemory memory = new BlockMemory();

    @Setup
    public void prepare() {
        FeatureMapShape shape = new FeatureMapShape(CHANNELS, SIZE, SIZE);
        WorkloadBuilder builder = new WorkloadBuilder("kernel", 1, shape, false, ACTIVATION_DENSITY);
        builder.convolution(Layer.NETWORK_INPUT, CHANNELS, 1, Window.square(3, 1, 1), weightDensity);
        Workload workload = builder.build();
        layer = workload.network().layer(0);
        input = workload.input();
        filters = workload.filters(0);
        Window window = layer.convolution().orElseThrow().window();
        rows = KernelAxis.rows(window, SIZE, 0, SIZE);
        columns = KernelAxis.columns(window, SIZE, SIZE);
        packed = new PackedFilters(filters, rows, columns, 0, CHANNELS);
        work = new LayerWork(
                layer,
                new LayerFactors(1, 1, 1, 1, 0),
                List.of(new Pass(0, SIZE, 0, SIZE, 0, CHANNELS)),
                new ActivationTensor(layer.outputShape(), false, new byte[shape.elements()]));
    }

    /** All sums of the layer. */
    @Benchmark
    public long blockedConvolution() {
        long[] sum = new long[1];
        new BlockedConvolution(layer, input, filters)
                .run(TaskRunner.IN_TURN, memory, () -> (k, first, count, sums) -> sum[0] += sums[0]);
        return sum[0];
    }

    /** The counts of all front-end items of the layer. */
    @Benchmark
    public LayerWork frontEndCounts() {
        FrontEndCounts counts = new FrontEndCounts(input, rows, columns, packed, work, 0, VECTOR_WIDTH);
        for (int w = 0; w < SIZE; w++) {
            counts.column(w);
        }
        return work;
    }

    /** The non-zeros of the input. */
    @Benchmark
    public long nonZeros() {
        return input.nonZeros();
    }
}
