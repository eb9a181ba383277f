package dev.isos.support.arithmetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.isos.api.dataflow.TaskRunner;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.tensor.FilterTensor;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockedConvolutionTest {
    /** Sums of whole blocks, and those of each kernel row, equal sums over one input at a time. */
    @ParameterizedTest(name = "{0} channels, signed {1}, kernel {2}, stride {3}, pad {4}, seed {5}")
    @CsvSource({
        "1,false,3,1,1,1",
        "3,true,7,2,3,2",
        "8,false,1,1,0,3",
        "8,true,3,1,0,4",
        "13,true,3,2,1,5",
        "16,false,5,3,2,6",
        "23,true,1,2,0,7",
    })
    void equalsSumsOneByOne(int channels, boolean signed, int kernel, int stride, int pad, long seed) {
        FeatureMapShape shape = new FeatureMapShape(channels, 19, 23);
        WorkloadBuilder builder = new WorkloadBuilder("blocks", seed, shape, signed, 0.7);
        builder.convolution(Layer.NETWORK_INPUT, 9, 1, Window.square(kernel, stride, pad), 0.4);
        Workload workload = builder.build();
        Layer layer = workload.network().layer(0);
        FeatureMapShape out = layer.outputShape();
        int[][] sums = new int[9][out.fibers()];
        int[][][] partials = new int[kernel][9][out.fibers()];
        new BlockedConvolution(layer, workload.input(), workload.filters(0))
                .run(TaskRunner.IN_TURN, new BlockMemory(), () -> new BlockedConvolution.Sink() {
                    private final int[][][] rows = new int[kernel][9][];

                    @Override
                    public void partial(int r, int k, int[] ofBlock) {
                        rows[r][k] = ofBlock.clone();
                    }

                    @Override
                    public void complete(int k, int first, int count, int[] ofBlock) {
                        System.arraycopy(ofBlock, 0, sums[k], first, count);
                    }

                    @Override
                    public void end(int first, int count) {
                        for (int r = 0; r < kernel; r++) {
                            for (int k = 0; k < 9; k++) {
                                if (rows[r][k] != null) {
                                    System.arraycopy(rows[r][k], 0, partials[r][k], first, count);
                                }
                            }
                        }
                    }
                });
        for (int k = 0; k < 9; k++) {
            int[] expected = new int[out.fibers()];
            for (int r = 0; r < kernel; r++) {
                int[] ofRow = rowSums(layer, workload.input(), workload.filters(0), r, k);
                assertArrayEquals(ofRow, partials[r][k], "seed " + seed + ", kernel row " + r + ", channel " + k);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] += ofRow[i];
                }
            }
            assertArrayEquals(expected, sums[k], "seed " + seed + ", channel " + k);
        }
    }

    private static int[] rowSums(Layer layer, ActivationTensor input, FilterTensor filters, int r, int k) {
        Window window = layer.convolution().orElseThrow().window();
        FeatureMapShape in = input.shape();
        FeatureMapShape out = layer.outputShape();
        int[] sums = new int[out.fibers()];
        for (int c = 0; c < in.channels(); c++) {
            for (int s = 0; s < window.columns(); s++) {
                int weight = 0;
                int fiber = filters.fiber(c, r, s);
                for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                    weight += filters.coordinates()[i] == k ? filters.payloads()[i] : 0;
                }
                for (int position = 0; position < sums.length; position++) {
                    int h = window.inputRow(position % out.height(), r);
                    int w = window.inputColumn(position / out.height(), s);
                    if (h >= 0 && h < in.height() && w >= 0 && w < in.width()) {
                        byte stored = input.values()[(w * in.height() + h) * in.channels() + c];
                        sums[position] += weight * ActivationTensor.decode(stored, input.signed());
                    }
                }
            }
        }
        return sums;
    }
}
