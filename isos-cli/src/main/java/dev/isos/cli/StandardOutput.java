package dev.isos.cli;

import dev.isos.core.file.IoReason;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * Remembers why writing failed, which {@link java.io.PrintStream} does not tell: a reader that has gone (as in
 * {@code isos list workloads | head -1}) is no failure, a full disk is.
 */
public final class StandardOutput extends FilterOutputStream {
    private IOException failure;

    public StandardOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /** Why output is incomplete; empty when it is complete or nobody reads it any more. */
    public Optional<String> failure() {
        if (failure == null) {
            return Optional.empty();
        }
        String reason = String.valueOf(failure.getMessage());
        boolean readerGone = reason.toLowerCase(Locale.ROOT).contains("broken pipe");
        return readerGone ? Optional.empty() : Optional.of(IoReason.of(failure));
    }
}
