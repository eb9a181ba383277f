package dev.isos.workloads.image;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.core.bound.Bounds;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG and JPEG photos. Samples are taken as they are stored: no colour management, no gamma, 16-bit samples keep
 * their upper 8 bits, grey becomes three equal channels and transparency is ignored. PNG pixels are therefore the same on
 * every machine; those of a JPEG are as exact as the decoder of the Java runtime.
 */
public final class ImageReader {
    private static final int START_OF_SCAN = 0xDA;

    private ImageReader() {}

    /**
     * Reads a photo.
     *
     * @throws IsosException naming the file and what is wrong with it
     */
    public static RgbImage read(Path file) {
        return decode(file.toString(), readBytes(file));
    }

    /**
     * The bytes of a photo, not decoded yet.
     *
     * @throws IsosException naming the file and why it cannot be read
     */
    public static byte[] readBytes(Path file) {
        return Bounds.bytes("image " + file, file, Bounds.IMAGE_BYTES);
    }

    /** Decodes the bytes of a PNG or JPEG file; {@code name} is what an error message calls it. */
    public static RgbImage decode(String name, byte[] bytes) {
        String format = format(bytes);
        if (format == null) {
            throw IsosException.badInput("image " + name + " is neither a PNG nor a JPEG file");
        }
        Iterator<javax.imageio.ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw IsosException.unsupported("image " + name + " needs a " + format.toUpperCase(Locale.ROOT)
                    + " decoder, which this Java lacks");
        }
        javax.imageio.ImageReader reader = readers.next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            // Metadata is ignored: no compressed text or colour profile in it is ever expanded.
            reader.setInput(stream, true, true);
            long width = reader.getWidth(0);
            long height = reader.getHeight(0);
            if (width <= 0 || height <= 0 || width * height > Bounds.IMAGE_PIXELS) {
                throw IsosException.badInput("image " + name + " claims " + width + "x" + height
                        + " pixels in its header, at most " + Bounds.IMAGE_PIXELS + " are decoded");
            }
            long scans = format.equals("jpeg") ? scans(bytes) : 1;
            if (scans * width * height > Bounds.IMAGE_SCANNED_PIXELS) {
                throw IsosException.badInput("image " + name + " has " + scans + " scans of " + width + "x" + height
                        + " pixels, at most " + Bounds.IMAGE_SCANNED_PIXELS + " pixels are scanned");
            }
            return convert(name, reader.read(0));
        } catch (IsosException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The decoders of the Java runtime throw unchecked exceptions of many kinds on damaged files.
            throw new IsosException(
                    ErrorCode.BAD_INPUT,
                    "image " + name + " is a damaged or unusual " + format.toUpperCase(Locale.ROOT)
                            + " file that cannot be decoded",
                    e);
        } finally {
            reader.dispose();
        }
    }

    private static String format(byte[] b) {
        if (b.length >= 8 && (b[0] & 0xFF) == 0x89 && b[1] == 'P' && b[2] == 'N' && b[3] == 'G') {
            return "png";
        }
        if (b.length >= 3 && (b[0] & 0xFF) == 0xFF && (b[1] & 0xFF) == 0xD8 && (b[2] & 0xFF) == 0xFF) {
            return "jpeg";
        }
        return null;
    }

    /** Scans of a JPEG; in compressed data a byte of ones is never followed by their marker. */
    private static long scans(byte[] bytes) {
        long scans = 0;
        for (int i = 0; i + 1 < bytes.length; i++) {
            scans += (bytes[i] & 0xFF) == 0xFF && (bytes[i + 1] & 0xFF) == START_OF_SCAN ? 1 : 0;
        }
        return scans;
    }

    private static RgbImage convert(String name, BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        Raster raster = image.getRaster();
        ColorModel colors = image.getColorModel();
        byte[] pixels = new byte[height * width * RgbImage.CHANNELS];
        if (colors instanceof IndexColorModel palette) {
            for (int y = 0, at = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int index = raster.getSample(x, y, 0);
                    pixels[at++] = (byte) palette.getRed(index);
                    pixels[at++] = (byte) palette.getGreen(index);
                    pixels[at++] = (byte) palette.getBlue(index);
                }
            }
            return new RgbImage(height, width, pixels);
        }
        int bands = raster.getNumBands();
        int type = raster.getTransferType();
        boolean wide = type == DataBuffer.TYPE_USHORT && raster.getSampleModel().getSampleSize(0) == 16;
        boolean color = colors.getNumColorComponents() == 3;
        if (type != DataBuffer.TYPE_BYTE && !wide || !color && colors.getNumColorComponents() != 1) {
            throw IsosException.unsupported("image " + name + " has " + bands
                    + " channels of an unusual kind, grey or RGB of 8 or 16 bits is expected");
        }
        // Raster samples, not BufferedImage.getRGB, which would apply a gamma to grey images.
        int sampleBits = raster.getSampleModel().getSampleSize(0);
        int[] row = new int[width * bands];
        for (int y = 0, at = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < RgbImage.CHANNELS; c++) {
                    int sample = row[x * bands + (color ? c : 0)];
                    pixels[at++] = (byte) (wide ? sample >> 8 : sample * 255 / ((1 << sampleBits) - 1));
                }
            }
        }
        return new RgbImage(height, width, pixels);
    }
}
