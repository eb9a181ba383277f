package dev.isos.core.wavefront.mapping;

import dev.isos.api.network.Window;
import dev.isos.api.tensor.FilterTensor;
import java.util.Arrays;

/**
 * How many partial results of one input row can be other than zero at the same time, by the weights alone. When column w has
 * been read, a live column q has met the kernel columns up to some s; T[h,r,q,k] is zero as long as no weight F[c,r,s',k] with
 * s' up to s is other than zero. The paper (HPCA 2023) states the bound for dense weights: at most R x K x S.
 */
final class LivePartials {
    private LivePartials() {}

    /** The largest number over all input rows and columns, of output channels {@code first .. end - 1}. */
    static long most(FilterTensor filters, Window window, int first, int end) {
        int outputs = end - first;
        int columns = window.columns();
        int[] earliest = new int[window.rows() * outputs];
        Arrays.fill(earliest, columns);
        for (int c = 0; c < filters.shape().inputChannels(); c++) {
            for (int r = 0; r < window.rows(); r++) {
                for (int s = 0; s < columns; s++) {
                    int fiber = filters.fiber(c, r, s);
                    for (int i = filters.starts()[fiber]; i < filters.starts()[fiber + 1]; i++) {
                        int k = filters.coordinates()[i];
                        if (k >= first && k < end) {
                            int at = r * outputs + k - first;
                            earliest[at] = Math.min(earliest[at], s);
                        }
                    }
                }
            }
        }
        long most = 0;
        for (int residue = 0; residue < window.strideRows(); residue++) {
            long[] upTo = new long[columns]; // partial results with a weight at kernel columns up to s
            for (int r = 0; r < window.rows(); r++) {
                for (int k = 0; k < outputs && r * window.dilationRows() % window.strideRows() == residue; k++) {
                    for (int s = earliest[r * outputs + k]; s < columns; s++) {
                        upTo[s]++;
                    }
                }
            }
            for (int phase = 0; phase < window.strideColumns(); phase++) {
                long live = 0;
                int reach = (columns - 1) * window.dilationColumns();
                for (int distance = phase; distance <= reach; distance += window.strideColumns()) {
                    live += upTo[distance / window.dilationColumns()];
                }
                most = Math.max(most, live);
            }
        }
        return most;
    }
}
