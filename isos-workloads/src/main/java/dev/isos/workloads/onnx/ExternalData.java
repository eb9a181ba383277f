package dev.isos.workloads.onnx;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.workloads.onnx.proto.OnnxMl.ModelProto;
import dev.isos.workloads.onnx.proto.OnnxMl.StringStringEntryProto;
import dev.isos.workloads.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeSet;

/**
 * Data that a model keeps in files beside it. Only files in the model's folder or below it are read: a location that is
 * absolute, or that leaves the folder by {@code ..} or by a symbolic link, is refused.
 */
final class ExternalData {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;

    private ExternalData(Path folder) {
        this.folder = folder;
    }

    /** Data beside a model file. */
    static ExternalData beside(Path model) {
        return new ExternalData(model.toAbsolutePath().getParent());
    }

    /** For models that are not in a folder; refuses everything. */
    static ExternalData none() {
        return new ExternalData(null);
    }

    static boolean isExternal(TensorProto tensor) {
        return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0;
    }

    /**
     * Bytes of a tensor.
     *
     * @param where file and tensor, for messages
     * @param bytes as many as the tensor's type and dimensions ask for
     */
    byte[] read(String where, TensorProto tensor, int bytes) {
        long offset = number(where, tensor, "offset", 0);
        long length = number(where, tensor, "length", bytes);
        if (length != bytes) {
            throw IsosException.badInput(
                    where + " has " + length + " bytes of external data, expected " + bytes + " for its dimensions");
        }
        Path file = file(where, entry(tensor, "location"));
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            if (offset > channel.size() - bytes) {
                throw IsosException.badInput(where + " has its data at " + offset + " of "
                        + OnnxNode.printable(file.getFileName().toString()) + ", which has only " + channel.size()
                        + " bytes");
            }
            ByteBuffer buffer = ByteBuffer.wrap(new byte[bytes]);
            channel.position(offset);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw IsosException.badInput(where + " has its data in a file that became shorter");
                }
            }
            return buffer.array();
        } catch (IOException e) {
            throw new IsosException(ErrorCode.BAD_INPUT, where + " keeps its data in a file that cannot be read", e);
        }
    }

    /** SHA-256 over the names and contents of all external files of a model. */
    byte[] digest(String modelFile, ModelProto.Builder model) {
        TreeSet<String> locations = new TreeSet<>();
        for (TensorProto tensor : model.getGraphBuilder().getInitializerList()) {
            if (isExternal(tensor)) {
                locations.add(entry(tensor, "location"));
            }
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER_BYTES];
            for (String location : locations) {
                digest.update(location.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                try (InputStream in = Files.newInputStream(file(modelFile + ": a tensor", location))) {
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        digest.update(buffer, 0, n);
                    }
                }
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, modelFile + ": a file with data of the model cannot be read", e);
        }
    }

    private Path file(String where, String location) {
        String shown = OnnxNode.printable(location);
        if (folder == null) {
            throw IsosException.unsupported(where + " keeps its data in another file, expected it in the model itself");
        }
        try {
            Path relative = Path.of(location);
            Path file = folder.resolve(relative).normalize();
            if (location.isEmpty() || relative.isAbsolute() || !file.startsWith(folder.normalize())) {
                throw IsosException.badInput(where + " keeps its data in '" + shown
                        + "', expected a file in the folder of the model or below");
            }
            if (!Files.isRegularFile(file)) {
                throw IsosException.badInput(where + " keeps its data in '" + shown + "', which does not exist");
            }
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw IsosException.badInput(
                        where + " keeps its data in '" + shown + "', a link that leads out of the folder of the model");
            }
            return file;
        } catch (InvalidPathException e) {
            throw IsosException.badInput(where + " keeps its data in '" + shown + "', which is no possible file name");
        } catch (IOException e) {
            throw new IsosException(
                    ErrorCode.BAD_INPUT, where + " keeps its data in '" + shown + "', which cannot be read", e);
        }
    }

    private static long number(String where, TensorProto tensor, String key, long otherwise) {
        String text = entry(tensor, key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw IsosException.badInput(where + " has external data with " + key + " '" + OnnxNode.printable(text)
                + "', expected a number of bytes");
    }

    private static String entry(TensorProto tensor, String key) {
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (entry.getKey().equals(key)) {
                return entry.getValue();
            }
        }
        return "";
    }
}
