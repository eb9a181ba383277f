package dev.isos.workloads.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Preprocessing;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {
    @TempDir
    private Path folder;

    /** Red tells the row, green the column. */
    private static RgbImage coordinates(int height, int width) {
        byte[] pixels = new byte[height * width * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                pixels[(y * width + x) * 3] = (byte) y;
                pixels[(y * width + x) * 3 + 1] = (byte) x;
                pixels[(y * width + x) * 3 + 2] = 77;
            }
        }
        return new RgbImage(height, width, pixels);
    }

    private static byte[] encode(RgbImage image, String format) throws IOException {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                buffered.setRGB(x, y, image.value(y, x, 0) << 16 | image.value(y, x, 1) << 8 | image.value(y, x, 2));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(buffered, format, out));
        return out.toByteArray();
    }

    /** A scan goes over the whole picture, however few bytes it has: 401 of a million pixels are too many. */
    @Test
    void jpegsOfManyScansAreRefused() throws IOException {
        byte[] plain = encode(coordinates(1000, 1000), "jpg");
        assertEquals(1000, ImageReader.decode("plain", plain).height());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, plain.length - 2);
        for (int i = 0; i < 400; i++) {
            out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0});
        }
        out.write(plain, plain.length - 2, 2);
        IsosException e = assertThrows(IsosException.class, () -> ImageReader.decode("bomb", out.toByteArray()));
        assertEquals(
                "image bomb has 401 scans of 1000x1000 pixels, at most 400000000 pixels are scanned", e.getMessage());
    }

    @Test
    void cropsAtTheCentreWithoutResizing() {
        RgbImage source = coordinates(256, 256);
        for (int size : new int[] {224, 227, 256}) {
            RgbImage crop = ImagePreprocessor.fit(source, size, size);
            int offset = (256 - size) / 2;
            assertEquals(offset, crop.value(0, 0, 0));
            assertEquals(offset, crop.value(0, 0, 1));
            assertEquals(offset + size - 1, crop.value(size - 1, size - 1, 0));
            assertEquals(offset + size - 1, crop.value(size - 1, size - 1, 1));
        }
        RgbImage wide = ImagePreprocessor.fit(coordinates(230, 256), 224, 200);
        assertEquals(3, wide.value(0, 0, 0));
        assertEquals(28, wide.value(0, 0, 1));
    }

    @Test
    void resizesTheShorterSideToEightSevenths() {
        // 128 rows become 256, so that output row i is centred at source row (16 + i + 0.5) / 2 - 0.5.
        RgbImage enlarged = ImagePreprocessor.fit(coordinates(128, 200), 224, 224);
        for (int i = 0; i < 224; i++) {
            assertEquals((16 + i + 0.5) / 2 - 0.5, enlarged.value(i, 100, 0), 0.51, "row " + i);
            assertEquals((88 + i + 0.5) / 2 - 0.5, enlarged.value(100, i, 1), 0.51, "column " + i);
            assertEquals(77, enlarged.value(i, i, 2));
        }
        // A linear ramp stays one when it is reduced: 512 -> 256 pixels, values 0..255 in steps of one half.
        byte[] ramp = new byte[512 * 512 * 3];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (byte) (i / 3 % 512 / 2);
        }
        RgbImage reduced = ImagePreprocessor.fit(new RgbImage(512, 512, ramp), 224, 224);
        for (int i = 0; i < 224; i++) {
            assertEquals(16 + i, reduced.value(i, i, 0), 1);
        }
        // One pixel, and a long thin image, are images too.
        assertEquals(77, ImagePreprocessor.fit(coordinates(1, 1), 8, 8).value(7, 7, 2));
        assertEquals(77, ImagePreprocessor.fit(coordinates(1, 100_000), 8, 8).value(7, 7, 2));
    }

    @Test
    void subtractsMeanAndScalesInTheOrderOfChannels() {
        RgbImage image = new RgbImage(1, 2, new byte[] {10, 20, 30, (byte) 200, 100, 50});
        Preprocessing bgr =
                new Preprocessing(List.of(1.0, 2.0, 3.0), List.of(1.0, 0.5, 2.0), Preprocessing.ChannelOrder.BGR);
        assertArrayEquals(new float[] {29, 49, 9, 49, 14, 394}, ImagePreprocessor.prepare(image, bgr, 1, 2));
        Preprocessing rgb = new Preprocessing(List.of(10.0), List.of(1.0), Preprocessing.ChannelOrder.RGB);
        assertArrayEquals(new float[] {0, 190, 10, 90, 20, 40}, ImagePreprocessor.prepare(image, rgb, 1, 2));
        Preprocessing two = new Preprocessing(List.of(1.0, 2.0), List.of(1.0), Preprocessing.ChannelOrder.RGB);
        assertThrows(IsosException.class, () -> ImagePreprocessor.prepare(image, two, 1, 2));
        Preprocessing huge = new Preprocessing(List.of(1.0), List.of(1e300), Preprocessing.ChannelOrder.RGB);
        assertThrows(IsosException.class, () -> ImagePreprocessor.prepare(image, huge, 1, 2));
    }

    @Test
    void readsPngExactlyAndJpegClosely() throws IOException {
        RgbImage source = coordinates(40, 60);
        Path png = Files.write(folder.resolve("a.png"), encode(source, "png"));
        assertArrayEquals(source.pixels(), ImageReader.read(png).pixels());
        Path jpeg = Files.write(folder.resolve("a.jpg"), encode(source, "jpeg"));
        RgbImage decoded = ImageReader.read(jpeg);
        for (int i = 0; i < source.pixels().length; i++) {
            assertEquals(source.pixels()[i] & 0xFF, decoded.pixels()[i] & 0xFF, 24);
        }
    }

    @Test
    void readsGreyAsItIsStored() throws IOException {
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 256; i++) {
            grey.getRaster().setSample(i % 16, i / 16, 0, i);
        }
        Path file = folder.resolve("grey.png");
        assertTrue(ImageIO.write(grey, "png", file.toFile()));
        RgbImage image = ImageReader.read(file);
        for (int i = 0; i < 256 * 3; i++) {
            assertEquals(i / 3, image.pixels()[i] & 0xFF);
        }
    }

    @Test
    void refusesWhatIsNoImageInOneSentence() throws IOException {
        Path text = Files.writeString(folder.resolve("a.txt"), "no image");
        assertTrue(assertThrows(IsosException.class, () -> ImageReader.read(text))
                .getMessage()
                .contains("neither a PNG nor a JPEG"));
        assertTrue(assertThrows(IsosException.class, () -> ImageReader.read(folder.resolve("none.png")))
                .getMessage()
                .contains("does not exist"));
        assertThrows(IsosException.class, () -> ImageReader.read(folder));
    }

    @Test
    void checksTheClaimedSizeBeforeDecoding() throws IOException {
        byte[] png = encode(coordinates(4, 4), "png");
        // IHDR: width at byte 16, height at 20, its checksum at 29.
        java.nio.ByteBuffer header = java.nio.ByteBuffer.wrap(png);
        header.putInt(16, 2_000_000_000).putInt(20, 2_000_000_000);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(png, 12, 17);
        header.putInt(29, (int) crc.getValue());
        String message = assertThrows(IsosException.class, () -> ImageReader.decode("bomb.png", png))
                .getMessage();
        assertTrue(message.contains("bomb.png claims 2000000000x2000000000 pixels"), message);
    }

    @Test
    void damagedFilesAreRefusedOrDecodedButNeverEscape() throws IOException {
        long seed = 20231;
        Random random = new Random(seed);
        for (String format : List.of("png", "jpeg")) {
            byte[] intact = encode(coordinates(24, 24), format);
            for (int i = 0; i < 300; i++) {
                byte[] damaged =
                        i % 3 == 0 ? java.util.Arrays.copyOf(intact, random.nextInt(intact.length)) : intact.clone();
                for (int n = 0; i % 3 != 0 && n < i % 5 + 1; n++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                try {
                    ImageReader.decode("damaged", damaged);
                } catch (IsosException e) {
                    assertTrue(e.getMessage().startsWith("image damaged"), "seed " + seed + " case " + i);
                }
            }
        }
    }

    @Test
    @SharedData
    void photosNeedNoResizing() {
        RgbImage cat = ImageReader.read(SharedDataFolder.path("photos/cat_256.png"));
        assertEquals(256, cat.height());
        RgbImage crop = ImagePreprocessor.fit(cat, 227, 227);
        for (int c = 0; c < 3; c++) {
            assertEquals(cat.value(14 + 100, 14 + 50, c), crop.value(100, 50, c));
        }
    }
}
