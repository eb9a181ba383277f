package dev.isos.api.network;

import dev.isos.api.tensor.FeatureMapShape;

/**
 * Geometry of a sliding window: output (p, q) sees input rows {@code p * strideRows + r * dilationRows - padTop} and
 * columns {@code q * strideColumns + s * dilationColumns - padLeft} for r in 0..R-1, s in 0..S-1.
 *
 * @param rows R
 * @param columns S
 * @param strideRows input rows from one output row to the next
 * @param strideColumns input columns from one output column to the next
 * @param padTop rows of padding above the map
 * @param padLeft columns of padding left of the map
 * @param padBottom rows of padding below the map
 * @param padRight columns of padding right of the map
 * @param dilationRows input rows from one kernel row to the next; 1 without dilation
 * @param dilationColumns input columns from one kernel column to the next; 1 without dilation
 */
public record Window(
        int rows,
        int columns,
        int strideRows,
        int strideColumns,
        int padTop,
        int padLeft,
        int padBottom,
        int padRight,
        int dilationRows,
        int dilationColumns) {
    /**
     * Checks the numbers.
     *
     * @param rows at least 1
     * @param columns at least 1
     * @param strideRows at least 1
     * @param strideColumns at least 1
     * @param padTop 0 or more
     * @param padLeft 0 or more
     * @param padBottom 0 or more
     * @param padRight 0 or more
     * @param dilationRows at least 1
     * @param dilationColumns at least 1
     * @throws IllegalArgumentException when one is less
     */
    public Window {
        if (rows <= 0 || columns <= 0 || strideRows <= 0 || strideColumns <= 0) {
            throw new IllegalArgumentException("window size and stride must be positive: " + rows + "x" + columns
                    + " stride " + strideRows + "x" + strideColumns);
        }
        if (padTop < 0 || padLeft < 0 || padBottom < 0 || padRight < 0 || dilationRows <= 0 || dilationColumns <= 0) {
            throw new IllegalArgumentException("window padding must not be negative and dilation must be positive");
        }
    }

    /**
     * A square window with equal stride and padding on all sides and no dilation.
     *
     * @param size rows and columns
     * @param stride of rows and columns
     * @param pad on each of the four sides
     * @return the window
     * @throws IllegalArgumentException when size or stride is not positive, or the padding is negative
     */
    public static Window square(int size, int stride, int pad) {
        return new Window(size, size, stride, stride, pad, pad, pad, pad, 1, 1);
    }

    /**
     * A window as large as a map, of which it has one position.
     *
     * @param map CxHxW
     * @return without padding
     */
    public static Window wholeMap(FeatureMapShape map) {
        return new Window(map.height(), map.width(), 1, 1, 0, 0, 0, 0, 1, 1);
    }

    /**
     * P for an input of the given height; zero or less when the window does not fit.
     *
     * @param inputHeight H, without padding
     * @return number of output rows
     */
    public int outputHeight(int inputHeight) {
        return Math.floorDiv(inputHeight + padTop + padBottom - (rows - 1) * dilationRows - 1, strideRows) + 1;
    }

    /**
     * Q for an input of the given width; zero or less when the window does not fit.
     *
     * @param inputWidth W, without padding
     * @return number of output columns
     */
    public int outputWidth(int inputWidth) {
        return Math.floorDiv(inputWidth + padLeft + padRight - (columns - 1) * dilationColumns - 1, strideColumns) + 1;
    }

    /**
     * Input row that kernel row r of output row p reads; may lie in the padding.
     *
     * @param p output row
     * @param r kernel row
     * @return negative, or H and more, in the padding
     */
    public int inputRow(int p, int r) {
        return p * strideRows + r * dilationRows - padTop;
    }

    /**
     * Input column that kernel column s of output column q reads; may lie in the padding.
     *
     * @param q output column
     * @param s kernel column
     * @return negative, or W and more, in the padding
     */
    public int inputColumn(int q, int s) {
        return q * strideColumns + s * dilationColumns - padLeft;
    }

    /**
     * Output row that input row h reaches through kernel row r, or -1 when there is none among {@code outputs} rows.
     *
     * @param h input row
     * @param r kernel row
     * @param outputs P
     * @return from 0 to {@code outputs - 1}, or -1 where strides skip it or the map ends
     */
    public int outputRow(int h, int r, int outputs) {
        return output(h + padTop - r * dilationRows, strideRows, outputs);
    }

    /**
     * Output column that input column w reaches through kernel column s, or -1 when there is none.
     *
     * @param w input column
     * @param s kernel column
     * @param outputs Q
     * @return from 0 to {@code outputs - 1}, or -1 where strides skip it or the map ends
     */
    public int outputColumn(int w, int s, int outputs) {
        return output(w + padLeft - s * dilationColumns, strideColumns, outputs);
    }

    private static int output(int offset, int stride, int outputs) {
        if (offset < 0 || offset % stride != 0) {
            return -1;
        }
        int output = offset / stride;
        return output < outputs ? output : -1;
    }

    /**
     * Last input column that contributes to output column q, clipped to the map: when it is done, q is complete.
     *
     * @param q output column
     * @param inputWidth W, without padding
     * @return from 0 to {@code inputWidth - 1}
     */
    public int lastInputColumn(int q, int inputWidth) {
        return Math.max(0, Math.min(inputColumn(q, columns - 1), inputWidth - 1));
    }

    /** {@return whether the window is 1x1 without stride or padding, so that positions map one to one} */
    public boolean pointwise() {
        return rows == 1
                && columns == 1
                && strideRows == 1
                && strideColumns == 1
                && padTop + padLeft + padBottom + padRight == 0;
    }
}
