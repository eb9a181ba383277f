package dev.isos.core.simulate;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.random.SplitMix;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.GatheredOperands;
import dev.isos.api.workload.Workload;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of a batch. The first is the workload's. Each further one is the first, moved by a number of columns and rows that the
 * workload's seed decides, and mirrored every other time; what leaves the map on one side comes in on the other. So it is as dense as
 * the first, whatever the network and wherever the first is from, and meets other weights in every position.
 */
final class Images {
    private Images() {}

    /** Refuses a batch of what has weights that depend on the image. */
    static void check(Workload workload, int batch) {
        if (batch > 1 && GatheredOperands.needed(workload.network())) {
            Layer layer = workload.network().layers().stream()
                    .filter(each -> GatheredOperands.operand(each) != Layer.NONE)
                    .findFirst()
                    .orElseThrow();
            throw IsosException.unsupported("'batch' is " + batch + ", but layer " + layer.name() + " of "
                    + workload.info().id()
                    + " needs a whole computed tensor as an operand, which is simulated of one image only");
        }
    }

    /** The workload with another image of its batch, without a reference; the same object for image 0. */
    static Workload of(Workload workload, int image) {
        if (image == 0) {
            return workload;
        }
        List<ActivationTensor> further = new ArrayList<>();
        for (ActivationTensor each : workload.furtherInputs()) {
            further.add(moved(each, new SplitMix(SplitMix.mix(workload.info().seed() + further.size() + 1)), image));
        }
        return new Workload(
                workload.info(),
                workload.network(),
                workload.parameters(),
                moved(
                        workload.input(),
                        new SplitMix(SplitMix.mix(workload.info().seed())),
                        image),
                List.of(),
                further);
    }

    /** The same workload as a layout has it. */
    static Workload laidOut(Workload image, Workload laid) {
        List<ActivationTensor> further = new ArrayList<>();
        for (ActivationTensor each : image.furtherInputs()) {
            further.add(Relayout.reshaped(each, laid.network().furtherInputs().get(further.size())));
        }
        return new Workload(
                laid.info(),
                laid.network(),
                laid.parameters(),
                Relayout.reshaped(image.input(), laid.network().input()),
                List.of(),
                further);
    }

    /** A vector has no columns and rows; it is moved by channels. */
    private static ActivationTensor moved(ActivationTensor first, SplitMix draw, int image) {
        FeatureMapShape shape = first.shape();
        int places = shape.fibers() == 1 ? shape.channels() : shape.fibers();
        // with no common divisor each image is of another place until all have been taken
        int step = (int) Math.floorMod(draw.nextLong(), (long) Math.max(1, places - 1)) + 1;
        while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(places)).intValue() != 1) {
            step++;
        }
        int by = (int) ((long) image * step % places);
        byte[] values = new byte[first.values().length];
        if (shape.fibers() == 1) {
            for (int c = 0; c < places; c++) {
                values[c] = first.values()[(c + by) % places];
            }
            return new ActivationTensor(shape, first.signed(), values);
        }
        int channels = shape.channels();
        for (int w = 0; w < shape.width(); w++) {
            for (int h = 0; h < shape.height(); h++) {
                int from = (w + by / shape.height()) % shape.width();
                int column = image % 2 == 0 ? from : shape.width() - 1 - from;
                System.arraycopy(
                        first.values(),
                        first.fiberStart(column, (h + by % shape.height()) % shape.height()),
                        values,
                        first.fiberStart(w, h),
                        channels);
            }
        }
        return new ActivationTensor(shape, first.signed(), values);
    }
}
