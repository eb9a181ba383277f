package dev.isos.study.sweep;

import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A digest of all that the result of a run depends on: workload, configuration, and the build of Isos. */
final class RunKey {
    private static final String BUILD = build();

    private RunKey() {}

    static String of(String workload, WorkloadRequest request, ConfiguredAccelerator machine) {
        HardwareSpec spec = machine.hardware().spec();
        StringBuilder all = new StringBuilder();
        all.append(BUILD).append('\n').append(workload).append(' ').append(age(workload));
        all.append('\n').append(request.seed());
        request.images()
                .forEach(image -> all.append(' ').append(image).append(' ').append(age(image.toString())));
        all.append('\n').append(request.preprocessing());
        all.append('\n').append(request.prune()).append('\n').append(request.calibration());
        all.append('\n')
                .append(machine.name())
                .append(' ')
                .append(machine.mapping().id());
        all.append(' ').append(machine.energy().id()).append(' ').append(spec.id());
        all.append('\n').append(spec.model()).append(spec.numbers()).append(spec.texts());
        return digest(all.toString());
    }

    /** Size and time of a file; nothing of what is not one. */
    private static String age(String path) {
        try {
            File file = Path.of(path).toFile();
            return file.isFile() ? file.length() + " " + file.lastModified() : "";
        } catch (InvalidPathException e) {
            return "";
        }
    }

    /** The jars of this process with their sizes and times. */
    private static String build() {
        StringBuilder all = new StringBuilder();
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            all.append(entry).append(' ').append(age(entry)).append('\n');
        }
        return digest(all.toString());
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
