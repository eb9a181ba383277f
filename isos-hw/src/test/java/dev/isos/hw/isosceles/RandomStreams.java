package dev.isos.hw.isosceles;

import java.util.SplittableRandom;

/** Random streams of the shape that IS-OS gives: a chain of 3x1 layers, pipelined, on 12 rows and 20 columns. */
final class RandomStreams {
    private static final int ROWS = 12;
    private static final int COLUMNS = 20;

    private RandomStreams() {}

    /**
     * Two segments of three layers each.
     *
     * @param byteScale bytes per fiber grow with it
     * @param workScale vectors and merges per item grow with it
     */
    static HandMade pipeline(long seed, int byteScale, int workScale) {
        return pipelineWithQueues(seed, byteScale, workScale, 4L * 100 * byteScale * ROWS);
    }

    /** The same with queues of a given capacity. */
    static HandMade pipelineWithQueues(long seed, int byteScale, int workScale, long queueBytes) {
        SplittableRandom random = new SplittableRandom(seed);
        HandMade stream = new HandMade(6, COLUMNS);
        segment(stream.segment(0, 1, 2), 0, random, byteScale, workScale, queueBytes);
        segment(stream.segment(3, 4, 5), 3, random, byteScale, workScale, queueBytes);
        return stream;
    }

    private static void segment(
            HandMade.Part part, int first, SplittableRandom random, int byteScale, int workScale, long queueBytes) {
        int[][] producers = new int[COLUMNS][ROWS];
        part.buffer(first - 1, queueBytes);
        for (int w = 0; w < COLUMNS; w++) {
            for (int h = 0; h < ROWS; h++) {
                int bytes = random.nextInt(2, 100) * byteScale;
                producers[w][h] = part.input(first, first - 1, w, h, bytes, bytes);
            }
        }
        for (int layer = first; layer < first + 3; layer++) {
            part.buffer(layer, queueBytes);
            int weights = part.weights(layer, 0, random.nextInt(1, 500) * byteScale);
            int[][] outputs = new int[COLUMNS][ROWS];
            int[] before = new int[ROWS];
            for (int w = 0; w < COLUMNS; w++) {
                int[] fronts = new int[ROWS];
                for (int h = 0; h < ROWS; h++) {
                    int elements = random.nextInt(0, 12);
                    int vectors = elements == 0 ? 0 : random.nextInt(0, 40) * workScale;
                    fronts[h] = w == 0
                            ? part.front(layer, w, h, elements, vectors, weights, producers[w][h])
                            : part.front(layer, w, h, elements, vectors, weights, producers[w][h], before[h]);
                }
                before = fronts;
                for (int p = 0; p < ROWS; p++) {
                    int merges = random.nextInt(0, 30) * workScale;
                    outputs[w][p] = part.back(
                            layer,
                            w,
                            p,
                            merges,
                            random.nextInt(0, 30) * workScale,
                            random.nextInt(2, 100) * byteScale,
                            fronts[Math.max(0, p - 1)],
                            fronts[p],
                            fronts[Math.min(ROWS - 1, p + 1)]);
                }
            }
            producers = outputs;
        }
        for (int q = 0; q < COLUMNS; q++) {
            for (int p = 0; p < ROWS; p++) {
                part.store(first + 2, q, p, random.nextInt(2, 100) * byteScale, producers[q][p]);
            }
        }
    }
}
