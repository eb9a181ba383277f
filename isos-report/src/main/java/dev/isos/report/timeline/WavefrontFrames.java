package dev.isos.report.timeline;

import dev.isos.core.wavefront.execution.LayerWavefronts;
import dev.isos.core.wavefront.execution.LayerWavefronts.Wavefront;
import dev.isos.report.timeline.TileSteps.Region;
import dev.isos.report.timeline.TileSteps.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A layer under IS-OS and in 2D tiles, frame by frame: one frame per wavefront, in which both have done the same number of
 * effectual products.
 */
final class WavefrontFrames {
    /** Where partial results of one output of IS-OS, or sums of a tile, take this many bytes. */
    static final int SUM_BYTES = 4;

    private static final double KIB = 1024;

    /**
     * A frame.
     *
     * @param marks rectangles [x, y, width, height] in positions of a map, by what they mark
     * @param numbers texts by what they tell
     * @param isosBytes live on chip under IS-OS
     * @param tiledBytes live on chip in tiles
     */
    record Frame(Map<String, List<int[]>> marks, Map<String, String> numbers, long isosBytes, long tiledBytes) {}

    private final LayerWavefronts wavefronts;
    private final List<Tile> tiles;
    private final long sumBytesOfTile;
    private final int inputRows;
    private final int outputRows;
    private final int outputColumns;
    private final long positions;

    /** @param sumBytesOfTile most bytes of sums that a tile keeps at once */
    WavefrontFrames(LayerWavefronts wavefronts, List<Tile> tiles, long sumBytesOfTile, int inputRows) {
        this.wavefronts = wavefronts;
        this.tiles = tiles;
        this.sumBytesOfTile = sumBytesOfTile;
        this.inputRows = inputRows;
        this.outputRows = wavefronts.output().shape().height();
        this.outputColumns = wavefronts.output().shape().width();
        this.positions = wavefronts.output().shape().fibers();
    }

    List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        int columns = wavefronts.wavefronts().size();
        boolean[] fetched = new boolean[wavefronts.inputNonZeros().length];
        long all = Arrays.stream(wavefronts.inputNonZeros()).asLongStream().sum();
        long products = 0;
        long total =
                wavefronts.wavefronts().stream().mapToLong(Wavefront::products).sum();
        long isosRead = 0;
        long tiledRead = 0;
        long tiledAgain = 0;
        long tiledProducts = 0;
        int fetchedTiles = 0;
        int doneTiles = 0;
        for (int w = 0; w < columns; w++) {
            Wavefront wavefront = wavefronts.wavefronts().get(w);
            products += wavefront.products();
            isosRead += nonZeros(0, inputRows, w);
            while (doneTiles < tiles.size()
                    && tiledProducts + tiles.get(doneTiles).products() <= products) {
                tiledProducts += tiles.get(doneTiles++).products();
            }
            // the tile under way has been fetched, too
            while (fetchedTiles < Math.min(tiles.size(), doneTiles + 1)) {
                Region in = tiles.get(fetchedTiles++).inputs();
                for (int column = in.fromColumn(); column < in.toColumn(); column++) {
                    tiledRead += nonZeros(in.fromRow(), in.toRow(), column);
                    for (int row = in.fromRow(); row < in.toRow(); row++) {
                        int at = column * inputRows + row;
                        tiledAgain += fetched[at] ? wavefronts.inputNonZeros()[at] : 0;
                        fetched[at] = true;
                    }
                }
            }
            long inputBytes = bytes(0, inputRows, w);
            long isosBytes = inputBytes + SUM_BYTES * wavefront.partials();
            long tileInput =
                    doneTiles < tiles.size() ? bytes(tiles.get(doneTiles).inputs()) : 0;
            long tileSums = doneTiles < tiles.size() ? sumBytesOfTile : 0;
            Map<String, String> numbers = new LinkedHashMap<>();
            numbers.put("frame", "wavefront " + (w + 1) + " of " + columns);
            numbers.put("products", share(products, total));
            numbers.put("isosInput", kib(inputBytes));
            numbers.put("tiledInput", kib(tileInput));
            numbers.put("isosSums", kib(SUM_BYTES * wavefront.partials()));
            numbers.put("tiledSums", kib(tileSums));
            numbers.put("isosLive", kib(isosBytes));
            numbers.put("tiledLive", kib(tileInput + tileSums));
            numbers.put("isosRead", share(isosRead, all));
            numbers.put("tiledRead", share(tiledRead, all));
            numbers.put("isosAgain", share(0, all));
            numbers.put("tiledAgain", share(tiledAgain, all));
            numbers.put("isosDone", share((long) wavefront.completeColumns() * outputRows, positions));
            numbers.put(
                    "tiledDone",
                    share(
                            tiles.subList(0, doneTiles).stream()
                                    .mapToLong(t -> t.outputs().positions())
                                    .sum(),
                            positions));
            frames.add(new Frame(marks(w, wavefront, doneTiles), numbers, isosBytes, tileInput + tileSums));
        }
        return frames;
    }

    private Map<String, List<int[]>> marks(int w, Wavefront wavefront, int doneTiles) {
        Map<String, List<int[]>> marks = new LinkedHashMap<>();
        marks.put("isosRead", List.of(new int[] {0, 0, w, inputRows}));
        marks.put("isosNow", List.of(new int[] {w, 0, 1, inputRows}));
        // what is complete in this frame leaves in it, so it is still among the live columns
        marks.put("isosDone", List.of(new int[] {0, 0, wavefront.firstLive(), outputRows}));
        int live = Math.min(wavefront.lastLive() + 1, outputColumns) - wavefront.firstLive();
        marks.put("isosLive", List.of(new int[] {wavefront.firstLive(), 0, Math.max(0, live), outputRows}));
        List<int[]> read = new ArrayList<>();
        List<int[]> done = new ArrayList<>();
        for (Tile tile : tiles.subList(0, doneTiles)) {
            read.add(rectangle(tile.inputs()));
            done.add(rectangle(tile.outputs()));
        }
        boolean more = doneTiles < tiles.size();
        marks.put("tiledRead", read);
        marks.put("tiledNow", more ? List.of(rectangle(tiles.get(doneTiles).inputs())) : List.of());
        marks.put("tiledDone", done);
        marks.put("tiledLive", more ? List.of(rectangle(tiles.get(doneTiles).outputs())) : List.of());
        return marks;
    }

    private static int[] rectangle(Region region) {
        return new int[] {
            region.fromColumn(),
            region.fromRow(),
            region.toColumn() - region.fromColumn(),
            region.toRow() - region.fromRow()
        };
    }

    private long nonZeros(int fromRow, int toRow, int column) {
        long sum = 0;
        for (int row = fromRow; row < toRow; row++) {
            sum += wavefronts.inputNonZeros()[column * inputRows + row];
        }
        return sum;
    }

    private long bytes(int fromRow, int toRow, int column) {
        long sum = 0;
        for (int row = fromRow; row < toRow; row++) {
            sum += wavefronts.inputBytes()[column * inputRows + row];
        }
        return sum;
    }

    private long bytes(Region region) {
        long sum = 0;
        for (int column = region.fromColumn(); column < region.toColumn(); column++) {
            sum += bytes(region.fromRow(), region.toRow(), column);
        }
        return sum;
    }

    static String kib(long bytes) {
        return String.format(Locale.ROOT, "%.1f KiB", bytes / KIB);
    }

    private static String share(long part, long all) {
        return String.format(Locale.ROOT, "%.0f %%", all == 0 ? 0 : 100.0 * part / all);
    }
}
