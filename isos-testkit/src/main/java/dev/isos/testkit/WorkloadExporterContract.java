package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every exporter must do: the same workload gives the same bytes; what has no form is refused by the name of the layer; an error
 * of the stream comes through. A subclass gives the exporter; reading back is its own matter.
 */
public abstract class WorkloadExporterContract {
    /** {@return the exporter under test} */
    protected abstract WorkloadExporter exporter();

    @Test
    void declaresItself() {
        assertFalse(exporter().id().isBlank(), "an exporter needs an id");
        assertFalse(exporter().description().isBlank(), "an exporter needs a description");
        String extension = exporter().fileExtension();
        assertTrue(
                extension.startsWith(".") && extension.length() > 1, "'" + extension + "' is no extension with a dot");
        assertEquals(extension.toLowerCase(java.util.Locale.ROOT), extension);
    }

    @Test
    void theSameWorkloadGivesTheSameBytesOrOneSentence() throws IOException {
        int written = 0;
        for (Map.Entry<String, Workload> corner : RandomWorkloads.corners().entrySet()) {
            try {
                byte[] bytes = bytes(corner.getValue());
                assertTrue(bytes.length > 0, corner.getKey());
                assertArrayEquals(bytes, bytes(corner.getValue()), corner.getKey());
                written++;
            } catch (IsosException e) {
                boolean named = corner.getValue().network().layers().stream()
                        .anyMatch(layer -> e.getMessage().contains(layer.name()));
                assertTrue(named, corner.getKey() + " is refused without the name of a layer: " + e.getMessage());
                WorkloadChecks.refusal(e, "");
            }
        }
        assertTrue(written > 0, "writes nothing");
    }

    @Test
    void anErrorOfTheStreamComesThrough() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left on device");
            }
        };
        Workload workload = RandomWorkloads.corners().get("chain");
        IOException e = assertThrows(IOException.class, () -> exporter().write(workload, full));
        assertTrue(e.getMessage().contains("no space left"), e.getMessage());
    }

    private byte[] bytes(Workload workload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exporter().write(workload, out);
        return out.toByteArray();
    }
}
