package dev.isos.core.bound;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.isos.api.error.IsosException;
import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.Convolution;
import dev.isos.api.network.LayerOp.Pooling;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Network;
import dev.isos.api.network.Window;
import dev.isos.api.tensor.FeatureMapShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BoundsTest {
    @TempDir
    private Path folder;

    private static String refusal(Path file, int most) {
        return assertThrows(IsosException.class, () -> Bounds.text("it", file, most))
                .getMessage();
    }

    @Test
    void filesAreReadUpToTheirBound() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[] {'a', 'b', 'c'});
        assertArrayEquals(new byte[] {'a', 'b', 'c'}, Bounds.bytes("it", file, 3));
        assertEquals("it has 3 bytes, at most 2 are read", refusal(file, 2));
        assertEquals("it does not exist", refusal(folder.resolve("none"), 3));
        Files.write(file, new byte[] {(byte) 0xFF});
        assertEquals("it cannot be read as text in UTF-8", refusal(file, 3));
    }

    @Test
    void whatIsNoFileIsNeverOpened() throws IOException, InterruptedException {
        String refusal = "it is a folder, pipe or device, expected a regular file";
        assertEquals(refusal, refusal(folder, 3));
        Path zero = Path.of("/dev/zero");
        Assumptions.assumeTrue(Files.exists(zero), "a system with devices");
        assertEquals(refusal, refusal(zero, 3));
        Path pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "a system with pipes");
        assertEquals(refusal, refusal(pipe, 3));
    }

    @Test
    void longWordsOfAMessageAreCut() {
        assertEquals("a  b c", Bounds.shortened("a  b c"));
        String longest = "x".repeat(300);
        assertEquals("got " + longest + " there", Bounds.shortened("got " + longest + " there"));
        assertEquals(
                "got " + "x".repeat(40) + "... (500000 characters) there",
                Bounds.shortened("got " + "x".repeat(500_000) + " there"));
    }

    private static Network pooled(FeatureMapShape in, FeatureMapShape out, Window window) {
        return new Network(
                "n",
                in,
                List.of(new Layer(
                        0, "a", new Pooling(PoolingKind.MAX, window, false), List.of(-1), Layer.NONE, in, out)));
    }

    /** A map of 9,998 x 9,998 of one channel: nine operands, 256 + 12,288 for each output; and 16 inputs. */
    @Test
    void workIsThatOfTheShapes() {
        Window window = new Window(3, 3, 1, 1, 4998, 4998, 4998, 4998, 1, 1);
        FeatureMapShape out = new FeatureMapShape(1, 9998, 9998);
        Network network = pooled(new FeatureMapShape(1, 4, 4), out, window);
        long work = 9998L * 9998 * (9 + 256 + 12_288) + 16 * (256 + 12_288);
        assertEquals(
                String.format(
                        java.util.Locale.ROOT,
                        "f, layer a: its 1x4x4 inputs and 1x9998x9998 outputs ask for the work of %,d products, at most"
                                + " 8,589,934,592 are allowed; ISOS_JAVA_OPTS=-Disos.bounds=147 allows more",
                        work),
                assertThrows(IsosException.class, () -> new WorkBound("f", 0).require(network, layer -> 0))
                        .getMessage());
        // as the only content of a file of 147 MiB it would be in proportion
        new WorkBound("f", 147L << 20).require(network, layer -> 0);
        assertThrows(IsosException.class, () -> new WorkBound("f", 146L << 20).require(network, layer -> 0));
    }

    @Test
    void weightsCountOnceForEachPosition() {
        FeatureMapShape in = new FeatureMapShape(2, 8, 8);
        FeatureMapShape out = new FeatureMapShape(4, 8, 8);
        Network network = new Network(
                "n",
                in,
                List.of(new Layer(
                        0, "a", new Convolution(4, 1, Window.square(1, 1, 0)), List.of(-1), Layer.NONE, in, out)));
        long rest = 256 * (128 + 256) + 12_288 * 128 + 80 * 2 * 64;
        double most = (double) (Bounds.LAYER_WORK - rest) / 64;
        new WorkBound("f", 0).require(network, layer -> most);
        assertThrows(IsosException.class, () -> new WorkBound("f", 0).require(network, layer -> most + 1));
    }
}
