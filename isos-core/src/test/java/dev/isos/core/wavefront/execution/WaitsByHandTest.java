package dev.isos.core.wavefront.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.network.Layer;
import dev.isos.api.network.LayerOp.PoolingKind;
import dev.isos.api.network.Window;
import dev.isos.api.plan.LayerMapping;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.WorkloadBuilder;
import dev.isos.core.wavefront.IsOsDataflow;
import dev.isos.core.wavefront.TestGeometry;
import dev.isos.core.wavefront.schema.IsOsSchema;
import dev.isos.testkit.RecordedItem;
import dev.isos.testkit.TestingExecutionContext;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whom the items of tiny segments wait for: all that they must, nobody else, nobody twice. */
class WaitsByHandTest {
    private static final int IMAGE = Layer.NETWORK_INPUT;
    private static final Window POINT = Window.square(1, 1, 0);

    private static WorkloadBuilder image(int channels, int height, int width) {
        return new WorkloadBuilder("tiny", 1, new FeatureMapShape(channels, height, width), false, 1);
    }

    private static LayerMapping mapping(int layer, int rowTiles, int outputLanes) {
        return new LayerMapping(
                layer,
                Map.of(
                        IsOsSchema.K_TILES, 1,
                        IsOsSchema.ROW_TILES, rowTiles,
                        IsOsSchema.ROW_LANES, 1,
                        IsOsSchema.OUTPUT_LANES, outputLanes,
                        IsOsSchema.STREAM_STEPS, 0));
    }

    private static List<RecordedItem> items(WorkloadBuilder builder, long columnSlack, LayerMapping... mappings) {
        Segment segment = new Segment(
                IntStream.range(0, mappings.length).boxed().toList(), List.of(mappings), List.of(), List.of());
        return new TestingExecutionContext(
                        builder.build(), TestGeometry.with(4, Map.of(IsOsSchema.COLUMN_SLACK, columnSlack)))
                .execute(new IsOsDataflow(), segment);
    }

    /** Phase and waits of every item. */
    private static String waits(List<RecordedItem> items) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            RecordedItem item = items.get(i);
            String phase = IsOsSchema.SCHEMA.phases().get(item.phase()).id();
            text.append(i)
                    .append(' ')
                    .append(phase)
                    .append(' ')
                    .append(item.waitsFor())
                    .append('\n');
        }
        return text.toString();
    }

    /** Windows of one position on 2 x 2: a row of a column waits for that fiber alone. */
    @Test
    void aPoolingWaitsForItsWindow() {
        WorkloadBuilder builder = image(1, 2, 2);
        builder.pooling(IMAGE, PoolingKind.MAX, POINT, false);
        assertEquals("""
                0 load-input []
                1 load-input []
                2 backend [0]
                3 backend [1]
                4 store-output [2]
                5 store-output [3]
                6 load-input []
                7 load-input []
                8 backend [6]
                9 backend [7]
                10 store-output [8]
                11 store-output [9]
                """, waits(items(builder, 1, mapping(0, 1, 1))));
    }

    /**
     * Windows of two columns on three: input column 1 completes output 0, column 2 output 1. Both outputs have room for their partial
     * results, and column 2 opens no third one, so no front end waits for a back end.
     */
    @Test
    void theLastInputColumnOpensNoOutput() {
        WorkloadBuilder builder = image(1, 1, 3);
        builder.convolution(IMAGE, 1, 1, new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1), 1);
        assertEquals("""
                0 load-weights []
                1 load-input []
                2 frontend [0, 1]
                3 load-input []
                4 frontend [2, 3]
                5 backend [4]
                6 store-output [5]
                7 load-input []
                8 frontend [4, 0, 7]
                9 backend [8]
                10 store-output [9]
                """, waits(items(builder, 0, mapping(0, 1, 1))));
    }

    /**
     * 4 x 3 positions in two tiles of two rows, each output in two parts. Two columns of partial results have room: a column waits for
     * the parts of the one before the last, of its own row in the same tile, of all rows of the tile before.
     */
    @Test
    void tilesOfRowsWaitForEachOther() {
        WorkloadBuilder builder = image(1, 4, 3);
        builder.convolution(IMAGE, 2, 1, POINT, 1);
        List<RecordedItem> items = items(builder, 1, mapping(0, 2, 2));
        assertEquals("""
                0 load-weights []
                1 load-input []
                2 load-input []
                3 frontend [0, 1]
                4 frontend [0, 2]
                5 backend [3]
                6 backend [3]
                7 backend [4]
                8 backend [4]
                9 store-output [5, 6]
                10 store-output [7, 8]
                11 load-input []
                12 load-input []
                13 frontend [3, 11]
                14 frontend [4, 12]
                15 backend [13]
                16 backend [13]
                17 backend [14]
                18 backend [14]
                19 store-output [15, 16]
                20 store-output [17, 18]
                21 load-input []
                22 load-input []
                23 frontend [13, 0, 21, 5, 6]
                24 frontend [14, 0, 22, 7, 8]
                25 backend [23]
                26 backend [23]
                27 backend [24]
                28 backend [24]
                29 store-output [25, 26]
                30 store-output [27, 28]
                31 load-input []
                32 load-input []
                33 frontend [0, 31, 15, 16, 17, 18]
                34 frontend [0, 32, 15, 16, 17, 18]
                35 backend [33]
                36 backend [33]
                37 backend [34]
                38 backend [34]
                39 store-output [35, 36]
                40 store-output [37, 38]
                41 load-input []
                42 load-input []
                43 frontend [33, 41, 25, 26, 27, 28]
                44 frontend [34, 42, 25, 26, 27, 28]
                45 backend [43]
                46 backend [43]
                47 backend [44]
                48 backend [44]
                49 store-output [45, 46]
                50 store-output [47, 48]
                51 load-input []
                52 load-input []
                53 frontend [43, 0, 51, 35, 36]
                54 frontend [44, 0, 52, 37, 38]
                55 backend [53]
                56 backend [53]
                57 backend [54]
                58 backend [54]
                59 store-output [55, 56]
                60 store-output [57, 58]
                """, waits(items));
        // a fiber is stored from the place of its first part: two places for each row of the tile
        List<Integer> places = items.stream()
                .filter(item -> item.phase() == IsOsSchema.STORE_OUTPUT)
                .map(RecordedItem::place)
                .toList();
        assertEquals(List.of(0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2), places);
    }

    /** Two tensors of two channels enter one operand, whose first and second half are the first and second part of the output. */
    @Test
    void aPartOfAnOutputWaitsForTheTensorThatItReads() {
        WorkloadBuilder builder = image(2, 1, 1);
        int more = builder.furtherInput(new FeatureMapShape(2, 1, 1), false, 1);
        int both = builder.concatenation(IMAGE, more);
        builder.pooling(both, PoolingKind.MAX, POINT, false);
        List<RecordedItem> items = items(builder, 1, mapping(both, 1, 1), mapping(1, 1, 2));
        int image = items.get(0).tensor() == IMAGE ? 0 : 1;
        assertEquals(IMAGE, items.get(image).tensor());
        assertEquals(more, items.get(1 - image).tensor());
        assertEquals(List.of(image), items.get(2).waitsFor());
        assertEquals(List.of(1 - image), items.get(3).waitsFor());
        assertEquals(List.of(2, 3), items.get(4).waitsFor());
        assertEquals(5, items.size());
    }

    /**
     * Two layers make two channels each, in a part each; a pooling of all four has a part for each. The second layer, being deeper,
     * goes first: 4 and 5 are its parts, 7 and 8 those of the first one.
     */
    @Test
    void aPartOfAnOutputWaitsForThePartThatItReads() {
        WorkloadBuilder builder = image(1, 1, 1);
        int first = builder.convolution(IMAGE, 2, 1, POINT, 1);
        int second = builder.convolution(IMAGE, 2, 1, POINT, 1);
        int both = builder.concatenation(first, second);
        builder.pooling(both, PoolingKind.MAX, POINT, false);
        assertEquals(
                """
                0 load-weights []
                1 load-weights []
                2 load-input []
                3 frontend [1, 2]
                4 backend [3]
                5 backend [3]
                6 frontend [0, 2]
                7 backend [6]
                8 backend [6]
                9 backend [7]
                10 backend [8]
                11 backend [4]
                12 backend [5]
                13 store-output [9, 10, 11, 12]
                """, waits(items(builder, 1, mapping(0, 1, 2), mapping(1, 1, 2), mapping(2, 1, 1), mapping(3, 1, 4))));
    }
}
