package dev.isos.workloads.onnx;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.Preprocessing;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadRequest.Part;
import dev.isos.core.bound.WorkBound;
import dev.isos.workloads.file.WorkloadCache;
import dev.isos.workloads.graph.FloatGraph;
import dev.isos.workloads.graph.FloatNode;
import dev.isos.workloads.graph.FloatOp;
import dev.isos.workloads.graph.GraphPruning;
import dev.isos.workloads.graph.rewrite.Rewriter;
import dev.isos.workloads.image.GeneratedImage;
import dev.isos.workloads.image.ImagePreprocessor;
import dev.isos.workloads.image.ImageReader;
import dev.isos.workloads.image.RgbImage;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.prune.Pruning;
import dev.isos.workloads.quantise.ActivationCalibration;
import dev.isos.workloads.quantise.Quantiser;
import dev.isos.workloads.sparsity.CsvResource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Imports float32 CNNs in ONNX: reads, translates and rewrites the graph, quantises it to 8 bits on the given images (or a
 * generated one), and computes the reference. Results are cached in the request's folder under a hash of the model and all
 * else that they depend on. Preprocessing is that of ImageNet networks when the request names none.
 */
public final class OnnxImporter implements NetworkImporter {
    private static final int RGB = 3;
    private static final int SNIFFED_BYTES = 16;
    /** First byte of a serialised model: field 1, the IR version, as a varint. */
    private static final int IR_VERSION_TAG = 0x08;

    private static final int MAX_IR_VERSION = 32;
    /**
     * Digest of what the import of a model of every kind of layer gives, part of every cache key: whoever changes what is
     * imported has to change it, and old entries with it.
     */
    private static final String SAMPLE_DIGEST = "sample-digest.txt";

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public String description() {
        return "ONNX models (.onnx) of float32 convolutional networks, operator sets " + OnnxModelReader.MIN_OPSET
                + " to " + OnnxModelReader.MAX_OPSET + ", quantised to 8 bits on import.";
    }

    @Override
    public Optional<String> declines(Path file) {
        Path name = file.getFileName();
        if (name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            return Optional.of("it is not named .onnx and is no file to look into");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(SNIFFED_BYTES);
            // The producer's name (field 2), the graph (7) or the operator sets (8) follow the IR version.
            boolean model = start.length > 2
                    && start[0] == IR_VERSION_TAG
                    && start[1] > 0
                    && start[1] <= MAX_IR_VERSION
                    && (start[2] == 0x12 || start[2] == 0x3A || start[2] == 0x42);
            return model
                    ? Optional.empty()
                    : Optional.of("it is not named .onnx and does not start like an ONNX model");
        } catch (IOException e) {
            return Optional.of("it is not named .onnx and cannot be read");
        }
    }

    /** All; a seed draws the image where there is none. */
    @Override
    public Set<Part> uses(WorkloadRequest request) {
        Set<Part> all = EnumSet.allOf(Part.class);
        if (!request.images().isEmpty()) {
            all.remove(Part.SEED);
        }
        return all;
    }

    @Override
    public Workload load(Path file, WorkloadRequest request) {
        Pruning pruning = Pruning.parse(request.prune());
        ActivationCalibration calibration = ActivationCalibration.parse(request.calibration());
        try {
            OnnxModelReader.Opened opened = OnnxModelReader.open(file);
            if (request.cacheDirectory().isEmpty()) {
                return build(file, opened.model(), request, pruning, calibration);
            }
            return WorkloadCache.get(
                    request.cacheDirectory(),
                    idOf(file),
                    content(file, opened, request, pruning),
                    () -> build(file, opened.model(), request, pruning, calibration));
        } catch (OutOfMemoryError e) {
            throw new IsosException(ErrorCode.BAD_INPUT, file + ": the model needs more memory than Java was given", e);
        }
    }

    private static Workload build(
            Path file,
            ModelProto.Builder model,
            WorkloadRequest request,
            Pruning pruning,
            ActivationCalibration calibration) {
        OnnxGraph onnx = OnnxModelReader.read(file.toString(), model, ExternalData.beside(file));
        int images = onnx.images();
        FloatGraph graph = OnnxTranslator.translate(onnx);
        graph = Rewriter.rewrite(GraphPruning.prune(graph, pruning));
        requireBounded(graph);
        Preprocessing preprocessing = request.preprocessing().orElse(Preprocessing.IMAGENET);
        List<float[]> inputs = inputs(graph, images, request, preprocessing);
        long seed = request.images().isEmpty() ? request.seed() : 0;
        String source = source(file, graph, request, preprocessing, pruning, calibration);
        return Quantiser.quantiseAndMeasure(graph, inputs, images, calibration, idOf(file), seed, source);
    }

    /** The work of the graph; the weights that it holds are what its file is worth. */
    private static void requireBounded(FloatGraph graph) {
        Map<String, FeatureMapShape> shapes = graph.shapes();
        long weights =
                graph.nodes().stream().mapToLong(node -> weights(node.op())).sum();
        WorkBound bound = new WorkBound(graph.source(), weights * Float.BYTES);
        for (FloatNode node : graph.nodes()) {
            double products = (double) weights(node.op()) * node.shape().fibers();
            if (node.op() instanceof FloatOp.Pooling pooling) {
                products = (double) node.shape().elements()
                        * pooling.window().rows()
                        * pooling.window().columns();
            } else if (node.op() instanceof FloatOp.MatrixProduct product) {
                FeatureMapShape first = shapes.get(node.inputs().get(0));
                products = (double) node.shape().elements() * first.channels() / product.groups();
            }
            double operands = node.op() instanceof FloatOp.Convolution convolution
                    ? (double) convolution.filter().fibers() * node.shape().fibers()
                    : 0;
            bound.add(node.name(), products, operands, shapes.get(node.inputs().get(0)), node.shape());
        }
    }

    private static long weights(FloatOp op) {
        if (op instanceof FloatOp.Convolution convolution) {
            return convolution.weights().length;
        }
        return op instanceof FloatOp.FullyConnected product ? product.weights().length : 0;
    }

    /** Everything that the workload depends on. */
    private static byte[][] content(
            Path file, OnnxModelReader.Opened opened, WorkloadRequest request, Pruning pruning) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(text(CsvResource.text(OnnxImporter.class, SAMPLE_DIGEST)));
        parts.add(text(String.valueOf(file.getFileName())));
        parts.add(opened.digest());
        parts.add(ExternalData.beside(file).digest(file.toString(), opened.model()));
        parts.add(text(Long.toString(request.seed())));
        parts.add(text(request.preprocessing().toString()));
        parts.add(text(request.calibration()));
        parts.add(text(pruning.content()));
        for (Path image : request.images()) {
            parts.add(text(String.valueOf(image.getFileName())));
            parts.add(ImageReader.readBytes(image));
        }
        return parts.toArray(byte[][]::new);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What calibrates the network; the first ones go in, given images in turn where a batch holds more. */
    private static List<float[]> inputs(
            FloatGraph graph, int images, WorkloadRequest request, Preprocessing preprocessing) {
        FeatureMapShape shape = graph.inputShape();
        if (request.images().isEmpty()) {
            return LongStream.range(0, images)
                    .mapToObj(i -> generated(shape, request.seed() + i, preprocessing))
                    .toList();
        }
        if (shape.channels() != RGB) {
            throw IsosException.badInput(graph.source() + ": images were given, but the model's input has shape "
                    + shape + ", expected 3 channels");
        }
        List<float[]> inputs = new ArrayList<>();
        for (Path image : request.images()) {
            inputs.add(
                    ImagePreprocessor.prepare(ImageReader.read(image), preprocessing, shape.height(), shape.width()));
        }
        for (int i = inputs.size(); i < images; i++) {
            inputs.add(inputs.get(i % request.images().size()));
        }
        return inputs;
    }

    /** A generated photo through the same preprocessing; other than three channels take its colours in turn. */
    private static float[] generated(FeatureMapShape shape, long seed, Preprocessing preprocessing) {
        RgbImage image = GeneratedImage.create(seed, shape.height(), shape.width());
        float[] colours = ImagePreprocessor.prepare(image, preprocessing, shape.height(), shape.width());
        float[] input = new float[shape.elements()];
        for (int c = 0; c < shape.channels(); c++) {
            System.arraycopy(colours, c % RGB * shape.fibers(), input, c * shape.fibers(), shape.fibers());
        }
        return input;
    }

    /** File name without its extension. */
    private static String idOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return OnnxNode.printable(dot > 0 ? name.substring(0, dot) : name);
    }

    private static String source(
            Path file,
            FloatGraph graph,
            WorkloadRequest request,
            Preprocessing preprocessing,
            Pruning pruning,
            ActivationCalibration calibration) {
        StringBuilder text = new StringBuilder("onnx importer: ")
                .append(OnnxNode.printable(String.valueOf(file.getFileName())))
                .append(pruning.isNone() ? "" : ", " + pruning.describe())
                .append(", quantised after training to 8 bits (weights per output channel), activation scales by ")
                .append(calibration.describe())
                .append(" on ");
        if (request.images().isEmpty()) {
            text.append("a generated image");
        } else {
            List<String> names = request.images().stream()
                    .map(p -> OnnxNode.printable(String.valueOf(p.getFileName())))
                    .toList();
            text.append(String.join(", ", names));
        }
        text.append("; input (pixel - ")
                .append(preprocessing.mean())
                .append(") * ")
                .append(preprocessing.scale())
                .append(" in ")
                .append(preprocessing.channelOrder())
                .append(" order");
        if (request.preprocessing().isEmpty()) {
            text.append(" (the imagenet preset, since none was given)");
        }
        graph.notes().forEach(note -> text.append("; ").append(note));
        return text.toString();
    }
}
