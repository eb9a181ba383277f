package dev.isos.study.bench;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Network;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.core.plugin.PluginBlame;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A model in ONNX Runtime, where that is on the class path. It is called by reflection: a library of 50 MB that only comparisons of speed
 * need is then not part of a build.
 */
final class OnnxRuntime implements AutoCloseable {
    private static final String PACKAGE = "ai.onnxruntime.";
    private static final String ARTIFACT = "com.microsoft.onnxruntime:onnxruntime";

    private static final long STACK_BYTES = 64L << 20;

    private final AutoCloseable session;
    private final List<AutoCloseable> inputs = new ArrayList<>();
    private final Map<String, Object> inputsByName = new LinkedHashMap<>();
    private final Method run;

    /** The version of the library; one sentence where it is not on the class path. */
    static String version() {
        Object environment = environment();
        try {
            return String.valueOf(environment.getClass().getMethod("getVersion").invoke(environment));
        } catch (ReflectiveOperationException e) {
            throw failed(e);
        }
    }

    private static Object environment() {
        try {
            Class<?> level = Class.forName(PACKAGE + "OrtLoggingLevel");
            Object errors = level.getField("ORT_LOGGING_LEVEL_ERROR").get(null);
            Method environment =
                    Class.forName(PACKAGE + "OrtEnvironment").getMethod("getEnvironment", level, String.class);
            return deeply(() -> environment.invoke(null, errors, "isos"));
        } catch (ClassNotFoundException e) {
            throw IsosException.badInput("the comparison with ONNX Runtime needs its library (" + ARTIFACT
                    + ") on the class path; the launcher in the source tree fetches it");
        } catch (Exception | LinkageError e) {
            throw failed(e);
        }
    }

    /** On a thread of its own: what the library does when it starts recurses deeper than a usual stack of Java is, which kills the process. */
    private static Object deeply(Callable<?> call) throws Exception {
        FutureTask<?> task = new FutureTask<>(call);
        new Thread(null, task, "start of ONNX Runtime", STACK_BYTES).start();
        return task.get();
    }

    /**
     * Loads a model whose inputs are drawn numbers.
     *
     * @param model a file, which is not read after this
     * @param network what the model was written of
     * @param threads on which one operator computes
     */
    OnnxRuntime(Path model, Network network, int threads) {
        Object environment = environment();
        try {
            Class<?> optionsType = Class.forName(PACKAGE + "OrtSession$SessionOptions");
            try (AutoCloseable options =
                    (AutoCloseable) optionsType.getConstructor().newInstance()) {
                optionsType.getMethod("setIntraOpNumThreads", int.class).invoke(options, threads);
                optionsType.getMethod("setInterOpNumThreads", int.class).invoke(options, 1);
                Method create = environment.getClass().getMethod("createSession", String.class, optionsType);
                session = (AutoCloseable) deeply(() -> create.invoke(environment, model.toString(), options));
            }
            run = session.getClass().getMethod("run", Map.class);
            Method tensor = Class.forName(PACKAGE + "OnnxTensor")
                    .getMethod("createTensor", environment.getClass(), FloatBuffer.class, long[].class);
            for (int n = 0; n <= network.furtherInputs().size(); n++) {
                FeatureMapShape shape = network.shapeOf(Layer.networkInput(n));
                long[] dims = {1, shape.channels(), shape.height(), shape.width()};
                AutoCloseable input = (AutoCloseable) tensor.invoke(null, environment, drawn(shape.elements()), dims);
                inputs.add(input);
                inputsByName.put(n == 0 ? "input" : "input_" + n, input);
            }
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private static FloatBuffer drawn(int length) {
        SplittableRandom random = new SplittableRandom(length);
        FloatBuffer values = ByteBuffer.allocateDirect(Float.BYTES * length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < length; i++) {
            values.put((float) (2 * random.nextDouble() - 1));
        }
        return values.rewind();
    }

    /** Runs the model once. */
    void run() {
        try (AutoCloseable result = (AutoCloseable) run.invoke(session, inputsByName)) {
            if (!((Iterable<?>) result).iterator().hasNext()) {
                throw new IllegalStateException("the model has no output");
            }
        } catch (Exception e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            for (AutoCloseable input : inputs) {
                input.close();
            }
            session.close();
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private static IsosException failed(Throwable e) {
        return IsosException.unsupported("ONNX Runtime does not run the network: " + PluginBlame.reason(e));
    }
}
