package dev.isos.workloads.description;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.document.DocumentReader;
import dev.isos.core.text.YamlNode;
import dev.isos.workloads.description.LayerDescription.WeightedLayer;
import dev.isos.workloads.description.NetworkDescription.FurtherInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The network that a {@link NetworkDescription} describes, its operands found and its bounds checked.
 *
 * @param weightsFile archive with weights, relative to the description
 */
record Description(
        String name, Optional<String> weightsFile, Network network, List<Input> inputs, List<Entry> entries) {
    private static final long MAX_ELEMENTS = 1L << 28;

    /** A tensor that enters the network. */
    record Input(String name, FeatureMapShape shape, boolean signed, double density) {}

    /**
     * What a layer has besides its shape.
     *
     * @param weights array in the archive
     * @param density share of outputs that are to be non-zero
     */
    record Entry(String place, double weightDensity, Optional<String> weights, boolean relu, OptionalDouble density) {
        IsosException mistake(String message) {
            return IsosException.badInput(place + ": " + message);
        }
    }

    /** @param place how messages call the text */
    static Description parse(String place, String text, String defaultName) {
        YamlNode node = YamlNode.parse(place, text);
        return new Builder(node, DocumentReader.read(node, NetworkDescription.class)).build(defaultName);
    }

    /** Makes a network of what is written. */
    private static final class Builder {
        private final YamlNode root;
        private final NetworkDescription written;
        private final List<Input> inputs = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, Integer> operands = new LinkedHashMap<>();
        private NetworkBuilder builder;
        private long elements;

        Builder(YamlNode root, NetworkDescription written) {
            this.root = root;
            this.written = written;
        }

        Description build(String defaultName) {
            String name = written.name() == null ? defaultName : written.name();
            Input first = input(root.fields().get("input"), "input", written.input());
            builder = new NetworkBuilder(name, first.shape());
            operands.put(first.name(), Layer.NETWORK_INPUT);
            List<FurtherInput> further = written.furtherInputs() == null ? List.of() : written.furtherInputs();
            for (int i = 0; i < further.size(); i++) {
                YamlNode node = root.fields().get("furtherInputs").items().get(i);
                String own = further.get(i).name();
                unused(node, own);
                operands.put(
                        own,
                        builder.furtherInput(input(node, own, further.get(i)).shape()));
            }
            YamlNode layers = root.fields().get("layers");
            int last = Layer.NETWORK_INPUT;
            for (int i = 0; i < written.layers().size(); i++) {
                last = layer(layers.items().get(i), written.layers().get(i), last);
            }
            try {
                return new Description(
                        name,
                        Optional.ofNullable(written.weights()),
                        builder.build(),
                        List.copyOf(inputs),
                        List.copyOf(entries));
            } catch (IllegalArgumentException e) {
                throw layers.mistake(e.getMessage());
            }
        }

        private void unused(YamlNode node, String name) {
            if (operands.containsKey(name)) {
                throw node.mistake("the name '" + name + "' is taken already");
            }
        }

        private Input input(YamlNode node, String name, NetworkDescription.Tensor tensor) {
            YamlNode shape = node.fields().get("shape");
            List<Integer> dims = tensor.shape();
            try {
                Input input = new Input(
                        name,
                        new FeatureMapShape(dims.get(0), dims.get(1), dims.get(2)),
                        tensor.signed(),
                        tensor.density());
                count(shape, input.shape().elements());
                inputs.add(input);
                return input;
            } catch (IllegalArgumentException e) {
                throw shape.mistake(e.getMessage());
            }
        }

        private void count(YamlNode node, long more) {
            elements += more;
            if (elements > MAX_ELEMENTS) {
                throw node.mistake("inputs, weights and outputs up to here are " + elements + ", at most "
                        + MAX_ELEMENTS + " are supported");
            }
        }

        private int operand(YamlNode node, String name) {
            Integer operand = operands.get(name);
            if (operand == null) {
                throw node.mistake("'" + YamlNode.shown(name) + "' is no input and no layer before this one");
            }
            return operand;
        }

        private int layer(YamlNode node, LayerDescription layer, int previous) {
            unused(node.fields().get("name"), layer.name());
            List<Integer> from = layer.from() == null
                    ? List.of(previous)
                    : layer.from().stream()
                            .map(name -> operand(node.fields().get("from"), name))
                            .toList();
            int residual = layer.residual() == null
                    ? Layer.NONE
                    : operand(node.fields().get("residual"), layer.residual());
            WeightedLayer weighted = layer instanceof WeightedLayer one ? one : null;
            if (weighted != null && weighted.density() != null && !layer.relu()) {
                throw node.mistake("layer " + layer.name() + " has a density but no ReLU to bring it about");
            }
            int index;
            try {
                index = builder.add(layer.name(), layer.op(builder.shapeOf(from.get(0))), from, residual);
                count(node, builder.shapeOf(index).elements());
                if (weighted != null) {
                    count(node, builder.layer(index).filterShape().elements());
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw node.mistake(e.getMessage());
            }
            entries.add(
                    weighted == null
                            ? new Entry(node.place(), 0, Optional.empty(), layer.relu(), OptionalDouble.empty())
                            : new Entry(
                                    node.place(),
                                    weighted.weightDensity(),
                                    Optional.ofNullable(weighted.weights()),
                                    layer.relu(),
                                    weighted.density() == null
                                            ? OptionalDouble.empty()
                                            : OptionalDouble.of(weighted.density())));
            operands.put(layer.name(), index);
            return index;
        }
    }
}
