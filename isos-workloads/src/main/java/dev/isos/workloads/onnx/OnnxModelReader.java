package dev.isos.workloads.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.file.IoReason;
import dev.isos.workloads.onnx.proto.OnnxMl.GraphProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorShapeProto;
import dev.isos.workloads.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;

/**
 * Reads an ONNX file into an {@link OnnxGraph}. Accepts the operator sets 7 to 25, initialisers in raw and typed form,
 * initialisers that are also graph inputs, functions of the model's own, batches of at most {@value #MAX_BATCH} images, a symbolic or missing batch size (taken as 1), and nodes in any order. Whatever
 * is wrong with a file is one sentence that names it.
 */
final class OnnxModelReader {
    /** Operator sets whose meaning is known; 7 changed broadcasting for good. */
    static final long MIN_OPSET = 7;

    static final long MAX_OPSET = 25;

    /** Largest tensor between layers: beyond any network for images, and 256 MiB in float32. */
    static final int MAX_ELEMENTS = 1 << 26;

    /** A weight of 4 bytes is held twice at a time, as messages and floats, as floats or as floats and fibers. */
    private static final int MEMORY_PER_FILE_BYTE = 3;

    /** Largest batch: every image has layers of its own. Ours: beyond it a network of 100 layers has thousands. */
    static final int MAX_BATCH = 64;

    /** Operators that may stand between a channel-last input and its transposition. */
    private static final Set<String> KEEPS_AXES = Set.of(
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Cast",
            "Identity",
            "Pad",
            "Relu",
            "Clip",
            "QuantizeLinear",
            "DequantizeLinear");

    private static final int BUFFER_BYTES = 1 << 16;

    private OnnxModelReader() {}

    static OnnxGraph read(Path file) {
        return read(file.toString(), open(file).model(), ExternalData.beside(file));
    }

    /** Reads a model from memory; {@code name} is what messages call the file. */
    static OnnxGraph read(String name, byte[] bytes) {
        return read(name, parse(name, bytes), ExternalData.none());
    }

    /**
     * A parsed model file.
     *
     * @param model its messages; {@link #read(String, ModelProto.Builder, ExternalData)} takes the data of the tensors out
     * @param digest SHA-256 of the file
     */
    record Opened(ModelProto.Builder model, byte[] digest) {}

    /** Parses a model file as it is read: the file is never in memory as a whole beside its messages. */
    static Opened open(Path file) {
        if (!Files.exists(file)) {
            throw IsosException.badInput(file + ": the file does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw IsosException.badInput(file + ": expected an ONNX file, found a folder or device");
        }
        try {
            long size = Files.size(file);
            long limit = Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / MEMORY_PER_FILE_BYTE);
            if (size > limit) {
                throw IsosException.badInput(file + ": the file has " + size + " bytes, at most " + limit
                        + " can be imported with the memory that Java was given");
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        MessageDigest digest = sha256();
        try (InputStream stream = new DigestInputStream(Files.newInputStream(file), digest)) {
            CodedInputStream in = CodedInputStream.newInstance(stream, BUFFER_BYTES);
            ModelProto.Builder model = parse(file.toString(), in);
            return new Opened(model, digest.digest());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static IsosException unreadable(Path file, IOException e) {
        return new IsosException(ErrorCode.BAD_INPUT, file + ": the file cannot be read: " + IoReason.of(e), e);
    }

    /** The messages of a model; large fields are views of {@code bytes}, not copies. */
    static ModelProto.Builder parse(String name, byte[] bytes) {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true);
        return parse(name, in);
    }

    private static ModelProto.Builder parse(String name, CodedInputStream in) {
        try {
            if (in.isAtEnd()) {
                throw IsosException.badInput(name + ": the file is empty, expected an ONNX model");
            }
            ModelProto.Builder model = ModelProto.newBuilder().mergeFrom(in);
            in.checkLastTagWas(0);
            if (!model.hasGraph() || model.getIrVersion() <= 0) {
                throw IsosException.badInput(name + ": the file is not an ONNX model, it has no graph or IR version");
            }
            return model;
        } catch (IOException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, name + ": the file is truncated, damaged or not an ONNX model", e);
        }
    }

    /**
     * Reads a parsed model, and clears each tensor once its values are read.
     *
     * @param external where tensors may keep their data outside the model file
     */
    static OnnxGraph read(String file, ModelProto.Builder model, ExternalData external) {
        long opset = opset(file, model.getOpsetImportList());
        GraphProto.Builder graph = model.getGraphBuilder();
        if (graph.getSparseInitializerCount() > 0) {
            throw IsosException.unsupported(
                    file + ": the model has sparse initialisers, expected dense ones (zeros are found by themselves)");
        }
        Map<String, ConstantTensor> initialisers = new HashMap<>();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            String what = "initialiser " + OnnxNode.printable(tensor.getName());
            initialisers.put(tensor.getName(), TensorReader.read(file, what, tensor, external));
            graph.setInitializer(i, TensorProto.getDefaultInstance());
        }
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(i -> !initialisers.containsKey(i.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw IsosException.unsupported(
                    file + ": the model has " + inputs.size() + " inputs besides its initialisers, expected one image");
        }
        if (graph.getOutputCount() == 0) {
            throw IsosException.unsupported(file + ": the model has 0 outputs, expected at least one");
        }
        ValueInfoProto input = inputs.get(0);
        List<String> outputs = graph.getOutputList().stream()
                .map(ValueInfoProto::getName)
                .distinct()
                .toList();
        List<OnnxNode> inlined = LocalFunctions.inline(file, model, opset);
        List<OnnxNode> nodes = sorted(file, inlined, input.getName(), initialisers.keySet(), outputs);
        long[] dims = inputDims(file, input);
        int rank = input.getType().getTensorType().getShape().getDimCount();
        boolean last = rank == 4 && channelsLast(nodes, input.getName());
        FeatureMapShape shape = last
                ? new FeatureMapShape((int) dims[3], (int) dims[1], (int) dims[2])
                : new FeatureMapShape((int) dims[1], (int) dims[2], (int) dims[3]);
        return new OnnxGraph(file, input.getName(), shape, rank, last, (int) dims[0], initialisers, nodes, outputs);
    }

    /** Whether the input is [N, H, W, C]: what comes to it first, element by element aside, puts its last axis second. */
    private static boolean channelsLast(List<OnnxNode> nodes, String input) {
        Set<String> same = new HashSet<>(Set.of(input));
        for (OnnxNode node : nodes) {
            if (node.proto().getInputList().stream().noneMatch(same::contains)) {
                continue;
            }
            if (node.operator().equals("Transpose")) {
                return Arrays.equals(node.integers("perm"), new long[] {0, 3, 1, 2});
            }
            if (!KEEPS_AXES.contains(node.operator())) {
                return false;
            }
            same.addAll(node.proto().getOutputList());
        }
        return false;
    }

    /** The version of the standard's operators, if any are imported. */
    static Optional<Long> standardOpset(List<OperatorSetIdProto> sets) {
        return sets.stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .map(OperatorSetIdProto::getVersion)
                .reduce((first, last) -> last);
    }

    private static long opset(String file, List<OperatorSetIdProto> sets) {
        long opset = standardOpset(sets).orElse(0L);
        if (opset < MIN_OPSET || opset > MAX_OPSET) {
            throw IsosException.unsupported(
                    file + ": the model uses operator set " + opset + ", expected " + MIN_OPSET + ".." + MAX_OPSET);
        }
        return opset;
    }

    private static long[] inputDims(String file, ValueInfoProto input) {
        String where = file + ": input " + OnnxNode.printable(input.getName());
        if (!input.getType().hasTensorType() || !input.getType().getTensorType().hasShape()) {
            throw IsosException.unsupported(where + " has no static shape, expected N x C x H x W");
        }
        int type = input.getType().getTensorType().getElemType();
        boolean known = type == TensorProto.DataType.FLOAT_VALUE
                || type == TensorProto.DataType.FLOAT16_VALUE
                || type == TensorProto.DataType.BFLOAT16_VALUE
                || type == TensorProto.DataType.DOUBLE_VALUE
                || type == TensorProto.DataType.UINT8_VALUE
                || type == TensorProto.DataType.INT8_VALUE;
        if (!known) {
            throw IsosException.unsupported(where + " has elements of type "
                    + (TensorProto.DataType.forNumber(type) == null ? type : TensorProto.DataType.forNumber(type))
                    + ", expected FLOAT, FLOAT16, BFLOAT16, DOUBLE, UINT8 or INT8");
        }
        TensorShapeProto shape = input.getType().getTensorType().getShape();
        int rank = shape.getDimCount();
        if (rank < 2 || rank > 4) {
            throw IsosException.unsupported(where + " has " + rank + " dimensions, expected N x C x H x W");
        }
        long[] dims = {1, 1, 1, 1};
        for (int i = 0; i < rank; i++) {
            TensorShapeProto.Dimension d = shape.getDim(i);
            // Exporters write a dynamic batch size as a symbol, as nothing, or as -1 or 0.
            boolean fixed = d.hasDimValue() && !(i == 0 && d.getDimValue() <= 0);
            if (!fixed && i > 0) {
                throw IsosException.unsupported(
                        where + " has a dynamic dimension " + i + ", expected fixed channels, height and width");
            }
            // A signal [N, C, W] is a map of one row.
            dims[rank == 3 && i == 2 ? 3 : i] = fixed ? d.getDimValue() : 1;
        }
        if (dims[0] < 1 || dims[0] > MAX_BATCH) {
            throw IsosException.unsupported(where + " has batch size " + dims[0] + ", expected 1.." + MAX_BATCH
                    + " or a dynamic one, which is taken as 1");
        }
        for (int i = 1; i < dims.length; i++) {
            if (dims[i] <= 0 || dims[i] > MAX_ELEMENTS) {
                throw IsosException.badInput(
                        where + " has a dimension of " + dims[i] + ", expected 1.." + MAX_ELEMENTS);
            }
        }
        if (dims[1] * dims[2] > MAX_ELEMENTS || dims[1] * dims[2] * dims[3] > MAX_ELEMENTS) {
            throw IsosException.unsupported(where + " has shape " + dims[1] + "x" + dims[2] + "x" + dims[3]
                    + ", at most " + MAX_ELEMENTS + " elements are supported");
        }
        return dims;
    }

    /** Topological order that keeps the order of the file wherever it can; checks names on the way. */
    private static List<OnnxNode> sorted(
            String file, List<OnnxNode> inlined, String input, Set<String> initialisers, List<String> outputs) {
        List<OnnxNode> nodes = new ArrayList<>();
        Map<String, Integer> writer = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (OnnxNode each : inlined) {
            OnnxNode node =
                    new OnnxNode(file, uniqueName(each.name(), nodes.size(), names), each.opset(), each.proto());
            for (String tensor : node.proto().getOutputList()) {
                boolean taken = tensor.equals(input) || initialisers.contains(tensor);
                if (!tensor.isEmpty() && (writer.put(tensor, nodes.size()) != null || taken)) {
                    throw node.badInput(
                            "writes tensor " + OnnxNode.printable(tensor) + ", which something else gives as well");
                }
            }
            nodes.add(node);
        }
        for (String output : outputs) {
            if (!writer.containsKey(output)) {
                throw IsosException.badInput(
                        file + ": output " + OnnxNode.printable(output) + " is written by no node");
            }
        }
        Set<Integer> needed = needed(nodes, writer, outputs);
        int[] waitsFor = new int[nodes.size()];
        Map<Integer, List<Integer>> readers = new LinkedHashMap<>();
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i : needed) {
            Set<Integer> before = new HashSet<>();
            for (String tensor : nodes.get(i).inputs()) {
                Integer from = writer.get(tensor);
                if (from != null) {
                    before.add(from);
                } else if (!tensor.isEmpty() && !tensor.equals(input) && !initialisers.contains(tensor)) {
                    throw nodes.get(i).badInput("reads tensor " + OnnxNode.printable(tensor) + ", which nothing gives");
                }
            }
            waitsFor[i] = before.size();
            before.forEach(
                    b -> readers.computeIfAbsent(b, x -> new ArrayList<>()).add(i));
            if (before.isEmpty()) {
                ready.add(i);
            }
        }
        List<OnnxNode> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.poll();
            order.add(nodes.get(next));
            for (int reader : readers.getOrDefault(next, List.of())) {
                if (--waitsFor[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (order.size() != needed.size()) {
            int stuck = needed.stream()
                    .filter(i -> waitsFor[i] > 0)
                    .min(Integer::compare)
                    .orElseThrow();
            throw nodes.get(stuck).badInput("depends on its own output, expected a graph without cycles");
        }
        return order;
    }

    /** Nodes that the outputs depend on. */
    static Set<Integer> needed(List<OnnxNode> nodes, Map<String, Integer> writer, List<String> outputs) {
        Set<Integer> needed = new HashSet<>();
        Queue<Integer> open = new ArrayDeque<>();
        outputs.forEach(output -> open.add(writer.get(output)));
        while (!open.isEmpty()) {
            int node = open.remove();
            if (needed.add(node)) {
                for (String tensor : nodes.get(node).inputs()) {
                    if (writer.containsKey(tensor)) {
                        open.add(writer.get(tensor));
                    }
                }
            }
        }
        return needed;
    }

    private static String uniqueName(String name, int index, Set<String> names) {
        String unique = name;
        for (int i = index; !names.add(unique); i++) {
            unique = name + "_" + i;
        }
        return unique;
    }
}
