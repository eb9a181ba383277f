package dev.isos.workloads.onnx;

import dev.isos.workloads.onnx.proto.OnnxMl.AttributeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.FunctionProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the bodies of a model's own functions in place of the nodes that call them, functions that call others included. The nodes of
 * a body are named after their call, and have the operator set that the function imports.
 */
final class LocalFunctions {
    /** Most nodes and calls of all calls together. Ours: calls in calls double them at every level. */
    static final int MAX_NODES = 200_000;

    /** Most calls within each other. Ours: exporters nest a function per module, a dozen deep. */
    static final int MAX_DEPTH = 100;

    private final String file;
    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final List<OnnxNode> nodes = new ArrayList<>();
    private int calls;

    private LocalFunctions(String file, ModelProto.Builder model) {
        this.file = file;
        for (FunctionProto function : model.getFunctionsList()) {
            functions.put(key(function.getDomain(), function.getName(), function.getOverload()), function);
        }
    }

    private static String key(String domain, String name, String overload) {
        return domain + "\n" + name + "\n" + overload;
    }

    /**
     * The nodes of a model's graph without calls, in the order of the file; their names may repeat.
     *
     * @param opset operator set of the graph
     */
    static List<OnnxNode> inline(String file, ModelProto.Builder model, long opset) {
        LocalFunctions inlined = new LocalFunctions(file, model);
        model.getGraphBuilder().getNodeList().forEach(node -> inlined.add(node, opset));
        return inlined.nodes;
    }

    private void add(NodeProto proto, long opset) {
        String name =
                !proto.getName().isEmpty() ? proto.getName() : proto.getOutputCount() > 0 ? proto.getOutput(0) : "";
        OnnxNode node =
                new OnnxNode(file, OnnxNode.printable(name.isEmpty() ? "#" + nodes.size() : name), opset, proto);
        String key = key(proto.getDomain(), proto.getOpType(), proto.getOverload());
        FunctionProto function = functions.get(key);
        if (function == null) {
            nodes.add(node);
            return;
        }
        if (!open.add(key)) {
            throw node.badInput("is a call of a function in its own body, expected functions without recursion");
        }
        if (open.size() > MAX_DEPTH || nodes.size() + calls > MAX_NODES) {
            throw node.unsupported("is one call too many, expected at most " + MAX_NODES
                    + " nodes in all functions and calls at most " + MAX_DEPTH + " deep");
        }
        if (proto.getInputCount() > function.getInputCount() || proto.getOutputCount() > function.getOutputCount()) {
            throw node.badInput("has " + proto.getInputCount() + " inputs and " + proto.getOutputCount()
                    + " outputs, its function has " + function.getInputCount() + " and " + function.getOutputCount());
        }
        body(node, function);
        open.remove(key);
    }

    private void body(OnnxNode call, FunctionProto function) {
        String prefix = call.name() + "/";
        int number = calls++;
        Map<String, String> tensors = new HashMap<>(Map.of("", ""));
        for (int i = 0; i < function.getInputCount(); i++) {
            tensors.put(function.getInput(i), call.input(i).orElse(""));
        }
        long opset =
                OnnxModelReader.standardOpset(function.getOpsetImportList()).orElse(call.opset());
        if (opset < OnnxModelReader.MIN_OPSET || opset > OnnxModelReader.MAX_OPSET) {
            throw call.unsupported("calls a function of operator set " + opset + ", expected "
                    + OnnxModelReader.MIN_OPSET + ".." + OnnxModelReader.MAX_OPSET);
        }
        for (int i = 0; i < call.proto().getOutputCount(); i++) {
            String inside = function.getOutput(i);
            String outside = call.proto().getOutput(i);
            if (tensors.containsKey(inside)) { // an input that is passed on
                NodeProto.Builder identity = NodeProto.newBuilder().setOpType("Identity");
                add(
                        identity.setName(prefix + inside)
                                .addInput(tensors.get(inside))
                                .addOutput(outside)
                                .build(),
                        opset);
            } else if (!outside.isEmpty()) {
                tensors.put(inside, outside);
            }
        }
        for (NodeProto node : function.getNodeList()) {
            NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput().clearAttribute();
            copy.setName(prefix + (node.getName().isEmpty() ? node.getOpType() : node.getName()));
            node.getInputList().forEach(t -> copy.addInput(renamed(tensors, t, prefix, number)));
            node.getOutputList().forEach(t -> copy.addOutput(renamed(tensors, t, prefix, number)));
            node.getAttributeList().forEach(a -> attribute(copy, a, call.proto(), function));
            add(copy.build(), opset);
        }
    }

    private static String renamed(Map<String, String> tensors, String tensor, String prefix, int call) {
        return tensors.computeIfAbsent(tensor, t -> prefix + t + "#" + call);
    }

    /** An attribute of a body may refer to one of the call, or to its default. */
    private static void attribute(
            NodeProto.Builder to, AttributeProto attribute, NodeProto call, FunctionProto function) {
        String from = attribute.getRefAttrName();
        if (from.isEmpty()) {
            to.addAttribute(attribute);
            return;
        }
        List<AttributeProto> given = new ArrayList<>(call.getAttributeList());
        given.addAll(function.getAttributeProtoList());
        given.stream()
                .filter(a -> a.getName().equals(from))
                .findFirst()
                .ifPresent(a -> to.addAttribute(a.toBuilder().setName(attribute.getName())));
    }
}
