package dev.isos.workloads.onnx;

import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Attention as one node, since operator set 23: {@code softmax(scale * Q K^T) V} for each head, done as nodes that write it out. */
final class AttentionOperator extends OperatorFamily {
    private static final long[] SWAP_HEADS = {0, 2, 1, 3};

    private final Consumer<OnnxNode> visit;

    /** @param visit translates a node */
    AttentionOperator(TranslationState state, Consumer<OnnxNode> visit) {
        super(state);
        this.visit = visit;
    }

    @Override
    void register(Map<String, Consumer<OnnxNode>> standard, Map<String, Consumer<OnnxNode>> microsoft) {
        standard.put("Attention", this::attention);
    }

    private void attention(OnnxNode node) {
        boolean more = IntStream.range(3, node.inputs().size())
                .anyMatch(i -> node.input(i).isPresent());
        more |= node.proto().getOutputList().stream().skip(1).anyMatch(output -> !output.isEmpty());
        if (more || node.integer("is_causal", 0) != 0 || node.number("softcap", 0) != 0) {
            throw node.unsupported(
                    "has a mask, a cache, a cap or further outputs, expected query, key and value alone");
        }
        int rank = view(node, 0).rank();
        String[] heads = new String[3];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = rank == 3 ? heads(node, i) : node.requiredInput(i);
        }
        int[] query = views.get(heads[0]).dims();
        if (query.length != 4
                || Arrays.stream(heads)
                        .anyMatch(h -> views.get(h) == null || views.get(h).rank() != 4)) {
            throw node.unsupported("has inputs of " + rank + " dimensions, expected three of 3 or 4, all computed");
        }
        if (views.get(heads[1]).dims()[1] != query[1]) {
            throw node.unsupported("has " + query[1] + " heads of queries and "
                    + views.get(heads[1]).dims()[1] + " of keys, expected as many");
        }
        float scale = node.number("scale", (float) (1 / Math.sqrt(query[3])));
        constants.put(node.output() + "/scale", ConstantTensor.ofFloats(new int[0], new float[] {scale}));
        String keys = write(node, "Transpose", "keys", "perm", new long[] {0, 1, 3, 2}, heads[1]);
        String products = write(node, "MatMul", "products", "", null, heads[0], keys);
        String scores = write(node, "Mul", "scores", "", null, products, node.output() + "/scale");
        String shares = write(node, "Softmax", "shares", "axis", new long[] {-1}, scores);
        String values = write(node, "MatMul", rank == 3 ? "values" : "", "", null, shares, heads[2]);
        if (rank == 3) {
            String last = write(node, "Transpose", "positions", "perm", SWAP_HEADS, values);
            int[] dims = views.get(last).dims();
            reshape(node, last, "", dims[0], dims[1], dims[2] * dims[3]);
        }
    }

    /** From [N, T, H * D] to [N, H, T, D]. */
    private String heads(OnnxNode node, int input) {
        int[] dims = view(node, input).dims();
        long count = node.integer(input == 0 ? "q_num_heads" : "kv_num_heads", 0);
        if (dims.length != 3 || count < 1 || dims[2] % count != 0) {
            throw node.badInput("has " + count + " heads for input " + input + " of " + Arrays.toString(dims));
        }
        String split =
                reshape(node, node.requiredInput(input), "split" + input, dims[0], dims[1], count, dims[2] / count);
        return write(node, "Transpose", "heads" + input, "perm", SWAP_HEADS, split);
    }

    private String reshape(OnnxNode node, String tensor, String name, long... dims) {
        String shape = node.output() + "/shape of " + name;
        constants.put(shape, ConstantTensor.ofIntegers(new int[] {dims.length}, dims));
        return write(node, "Reshape", name, "", null, tensor, shape);
    }

    /** Translates one of the nodes that are meant; the last one has no name, and writes what the whole does. */
    private String write(
            OnnxNode node, String operator, String name, String attribute, long[] value, String... inputs) {
        NodeProto.Builder proto = NodeProto.newBuilder().setOpType(operator).addAllInput(List.of(inputs));
        if (value != null && value.length == 1) {
            proto.addAttribute(AttributeProto.newBuilder()
                    .setName(attribute)
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(value[0]));
        } else if (value != null) {
            AttributeProto.Builder list =
                    AttributeProto.newBuilder().setName(attribute).setType(AttributeProto.AttributeType.INTS);
            proto.addAttribute(list.addAllInts(Arrays.stream(value).boxed().toList()));
        }
        String output = name.isEmpty() ? node.output() : node.output() + "/" + name;
        visit.accept(new OnnxNode(
                node.file(),
                name.isEmpty() ? node.name() : node.name() + "/" + name,
                node.opset(),
                proto.addOutput(output).build()));
        return output;
    }
}
