package dev.isos.api.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.tensor.FeatureMapShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An inception module by hand: input -> stem; stem -> a, b; concat(a, b) -> end, with stem as its residual operand. */
class LivenessTest {
    private static final int STEM = 0;
    private static final int A = 1;
    private static final int B = 2;
    private static final int CONCAT = 3;
    private static final int END = 4;

    private static Network network() {
        NetworkBuilder b = new NetworkBuilder("inception", new FeatureMapShape(3, 8, 8));
        b.convolution("stem", Layer.NETWORK_INPUT, 4, 3, 1, 1);
        b.convolution("a", STEM, 2, 1, 1, 0);
        b.convolution("b", STEM, 2, 3, 1, 1);
        b.concatenation("concat", List.of(A, B));
        b.pointwiseWithResidual("end", CONCAT, 4, STEM);
        return b.build();
    }

    @Test
    void tensorsLiveUntilTheirLastReader() {
        Liveness liveness = new Liveness(network());
        assertEquals(STEM, liveness.lastReader(Layer.NETWORK_INPUT));
        assertEquals(END, liveness.lastReader(STEM));
        assertEquals(END, liveness.lastReader(A), "as a part of what end reads");
        assertEquals(END, liveness.lastReader(CONCAT));
        assertEquals(Layer.NONE, liveness.lastReader(END));
        assertEquals(List.of(A, B, END), liveness.readers(STEM));
        assertEquals(List.of(END), liveness.readers(B));
        assertTrue(liveness.isOutput(END));
        assertFalse(liveness.isOutput(A));
    }

    @Test
    void tensorsEnterAndLeaveSegments() {
        Liveness liveness = new Liveness(network());
        assertEquals(List.of(Layer.NETWORK_INPUT), liveness.entering(List.of(STEM, A)));
        assertEquals(List.of(STEM), liveness.entering(List.of(A, B, CONCAT)));
        assertEquals(List.of(STEM, A, B), liveness.entering(List.of(CONCAT, END)));
        assertTrue(liveness.leaves(STEM, List.of(STEM, A, B, CONCAT)), "end reads it");
        assertFalse(liveness.leaves(STEM, List.of(STEM, A, B, CONCAT, END)));
        assertFalse(liveness.leaves(CONCAT, List.of(CONCAT)), "its parts do");
        assertTrue(liveness.leaves(A, List.of(A, B, CONCAT)));
        assertFalse(liveness.leaves(A, List.of(A, B, CONCAT, END)));
        assertTrue(liveness.leaves(END, List.of(END)));
    }

    @Test
    void partsOfTheOutputLeave() {
        NetworkBuilder b = new NetworkBuilder("two", new FeatureMapShape(3, 8, 8));
        int a = b.convolution("a", Layer.NETWORK_INPUT, 2, 1, 1, 0);
        int c = b.convolution("b", a, 2, 1, 1, 0);
        b.concatenation("out", List.of(a, c));
        Liveness liveness = new Liveness(b.build());
        assertTrue(liveness.isOutput(a) && liveness.isOutput(c));
        assertTrue(liveness.leaves(a, List.of(0, 1, 2)));
        assertEquals(List.of(1), liveness.readers(a));
    }
}
