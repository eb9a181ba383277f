package dev.isos.core.bound;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FeatureMapShape;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Adds up the work that a file asks for, layer by layer and from shapes alone, before anything is allocated for it, and refuses
 * what exceeds {@link Bounds#LAYER_WORK}, {@link Bounds#NETWORK_WORK} or {@link Bounds#NETWORK_ELEMENTS}. These hold for files
 * of up to a mebibyte and grow in proportion beyond it: a small file is not worth hours of work, a large one may be. The system
 * property {@link Bounds#FACTOR} multiplies them.
 */
public final class WorkBound {
    private static final double MEBIBYTE = 1 << 20;

    private final String where;
    private final double factor;
    private final double asked;
    private double work;
    private double elements;

    /**
     * @param where the file, for messages
     * @param fileBytes its length, with that of what it refers to
     */
    public WorkBound(String where, long fileBytes) {
        this.where = where;
        this.asked = factor();
        this.factor = asked * Math.max(1, fileBytes / MEBIBYTE);
    }

    /**
     * All layers of a network.
     *
     * @param weights non-zero weights of a layer with filters
     * @throws IsosException naming file, layer, demand and bound
     */
    public void require(Network network, ToDoubleFunction<Layer> weights) {
        for (Layer layer : network.layers()) {
            if (!(layer.op() instanceof LayerOp.Concatenation)) {
                double products = layer.op() instanceof LayerOp.Convolution
                        ? weights.applyAsDouble(layer) * layer.outputShape().fibers()
                        : operands(layer) * layer.outputShape().elements();
                add(layer.name(), products, layer.inputShape(), layer.outputShape());
            }
        }
    }

    /** Operands of an output of a layer without filters; what lies in the padding is never visited. */
    private static double operands(Layer layer) {
        if (layer.op() instanceof LayerOp.Pooling pooling) {
            return (double) Math.min(pooling.window().rows(), layer.inputShape().height())
                    * Math.min(pooling.window().columns(), layer.inputShape().width());
        }
        return layer.op() instanceof LayerOp.LocalResponseNormalisation normalisation
                ? Math.min(normalisation.size(), layer.inputShape().channels())
                : 1;
    }

    /** Another layer, with the products that it takes at most. */
    public void add(String layer, double products, FeatureMapShape input, FeatureMapShape output) {
        double own = products
                + Bounds.PRODUCTS_OF_ELEMENT * ((double) input.elements() + output.elements())
                + Bounds.PRODUCTS_OF_POSITION * ((double) input.fibers() + output.fibers());
        work += own;
        elements += (double) input.elements() + output.elements();
        String named = where + ", layer " + layer + ": ";
        require(
                named + "its " + input + " inputs and " + output + " outputs ask for the work of",
                "products",
                own,
                Bounds.LAYER_WORK);
        require(named + "the layers up to here ask for the work of", "products", work, Bounds.NETWORK_WORK);
        require(named + "the layers up to here read and write", "elements", elements, Bounds.NETWORK_ELEMENTS);
    }

    private void require(String what, String unit, double demand, double bound) {
        if (demand > bound * factor) {
            throw IsosException.badInput(String.format(
                    Locale.ROOT,
                    "%s %,.0f %s, at most %,.0f are allowed; ISOS_JAVA_OPTS=-D%s=%,.0f allows more",
                    what,
                    demand,
                    unit,
                    bound * factor,
                    Bounds.FACTOR,
                    Math.ceil(demand / (bound * factor) * asked)));
        }
    }

    /** What the user multiplies the bounds with. */
    private static double factor() {
        String text = System.getProperty(Bounds.FACTOR, "1");
        try {
            double factor = Double.parseDouble(text);
            if (factor >= 1 && factor <= Bounds.LARGEST_FACTOR) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw IsosException.badInput(
                "the property " + Bounds.FACTOR + " is '" + text + "', expected a number from 1 to 1000000");
    }
}
