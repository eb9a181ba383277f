package dev.isos.workloads.onnx;

import dev.isos.api.error.IsosException;
import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Optional;

/**
 * A node of the model file with typed access to its attributes. Every complaint names file, node, operator and opset.
 *
 * @param file name of the file, for messages
 * @param name name of the node, or of its first output where it has none
 * @param opset version of the operator set
 */
record OnnxNode(String file, String name, long opset, NodeProto proto) {

    String operator() {
        return proto.getOpType();
    }

    /** Whether the operator is one of the ONNX standard. */
    boolean standard() {
        return proto.getDomain().isEmpty() || proto.getDomain().equals("ai.onnx");
    }

    List<String> inputs() {
        return proto.getInputList();
    }

    /** Name of an input; empty when it is left out. */
    Optional<String> input(int index) {
        return index < proto.getInputCount() && !proto.getInput(index).isEmpty()
                ? Optional.of(proto.getInput(index))
                : Optional.empty();
    }

    /** Name of an input that the operator can't do without. */
    String requiredInput(int index) {
        return input(index).orElseThrow(() -> badInput("has no input " + index));
    }

    /** Name of the first output. */
    String output() {
        if (proto.getOutputCount() == 0 || proto.getOutput(0).isEmpty()) {
            throw badInput("has no output");
        }
        return proto.getOutput(0);
    }

    boolean has(String attribute) {
        return find(attribute).isPresent();
    }

    long integer(String attribute, long otherwise) {
        return find(attribute)
                .map(a -> typed(a, AttributeProto.AttributeType.INT).getI())
                .orElse(otherwise);
    }

    float number(String attribute, float otherwise) {
        return find(attribute)
                .map(a -> typed(a, AttributeProto.AttributeType.FLOAT).getF())
                .orElse(otherwise);
    }

    String text(String attribute, String otherwise) {
        return find(attribute)
                .map(a -> typed(a, AttributeProto.AttributeType.STRING).getS().toStringUtf8())
                .orElse(otherwise);
    }

    /** A list of integers; null where the attribute is missing. */
    long[] integers(String attribute) {
        return find(attribute)
                .map(a -> typed(a, AttributeProto.AttributeType.INTS).getIntsList().stream()
                        .mapToLong(Long::longValue)
                        .toArray())
                .orElse(null);
    }

    /**
     * A list of integers of a given length, each within bounds.
     *
     * @param otherwise value of each where the attribute is missing
     */
    int[] integers(String attribute, int length, int otherwise, int min, int max) {
        long[] stored = integers(attribute);
        int[] values = new int[length];
        if (stored != null && stored.length != length) {
            throw badInput("has " + stored.length + " values in attribute " + attribute + ", expected " + length);
        }
        for (int i = 0; i < length; i++) {
            long value = stored == null ? otherwise : stored[i];
            if (value < min || value > max) {
                throw badInput("has " + value + " in attribute " + attribute + ", expected " + min + ".." + max);
            }
            values[i] = (int) value;
        }
        return values;
    }

    Optional<AttributeProto> find(String attribute) {
        return proto.getAttributeList().stream()
                .filter(a -> a.getName().equals(attribute))
                .findFirst();
    }

    private AttributeProto typed(AttributeProto attribute, AttributeProto.AttributeType type) {
        // Files of the first IR versions leave the type out.
        if (attribute.getType() != type && attribute.getType() != AttributeProto.AttributeType.UNDEFINED) {
            throw badInput("has an attribute " + attribute.getName() + " of type " + attribute.getType() + ", expected "
                    + type);
        }
        return attribute;
    }

    IsosException badInput(String complaint) {
        return IsosException.badInput(place() + " " + complaint);
    }

    IsosException unsupported(String complaint) {
        return IsosException.unsupported(place() + " " + complaint);
    }

    /** File, node, operator and opset. */
    private String place() {
        String domain = standard() ? "" : printable(proto.getDomain()) + ".";
        return file + ": node " + name + " (" + domain + printable(operator()) + ", opset " + opset + ")";
    }

    /** Names from a file made fit for a one-line message: short, and without control characters. */
    static String printable(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return cut.replaceAll("[\\p{Cntrl}\\uFFFD]", "?");
    }
}
