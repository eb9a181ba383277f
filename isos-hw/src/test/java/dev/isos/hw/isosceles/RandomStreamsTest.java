package dev.isos.hw.isosceles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.MachineReport;
import dev.isos.core.wavefront.schema.IsOsSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random streams: conservation, and cycles between what no schedule can beat and one item after another. */
class RandomStreamsTest {
    private static final int LATENCY = 10;
    private static final int BYTES_PER_CYCLE = 128;

    /** Bounds of a segment by its items. */
    private static final class Bounds implements WorkSink {
        final long[] vectors;
        final long[] back;
        final List<Long> ends = new ArrayList<>();
        long path;
        long serial;
        long bytes;
        long products;

        Bounds(int lanes) {
            vectors = new long[lanes];
            back = new long[lanes];
        }

        @Override
        public int accept(WorkItem item) {
            int[] counts = item.counts();
            int lane = item.place() % vectors.length;
            long least = 0;
            long most = 0;
            if (item.phase() == IsOsSchema.FRONTEND) {
                vectors[lane] += counts[IsOsSchema.VECTORS];
                // what was read ahead of an item need not be read again
                least = up(counts[IsOsSchema.VECTORS], 8) - 1;
                most = Math.max(counts[IsOsSchema.ELEMENTS], up(counts[IsOsSchema.VECTORS], 8));
            } else if (item.phase() == IsOsSchema.BACKEND) {
                least = Math.max(up(counts[IsOsSchema.MERGES], 16), up(counts[IsOsSchema.OUTPUTS], 16));
                most = least;
                back[lane] += least;
            } else {
                least = item.offChipBytes() / BYTES_PER_CYCLE;
                most = least + 1 + LATENCY;
            }
            long start = 0;
            for (int k = 0; k < item.waitCount(); k++) {
                start = Math.max(start, ends.get(item.waitsFor()[k]));
            }
            // what is loaded ahead may be there already
            boolean loads = item.phase() == IsOsSchema.LOAD_WEIGHTS || item.phase() == IsOsSchema.LOAD_INPUT;
            ends.add(loads ? 0 : start + Math.max(0, least));
            path = Math.max(path, ends.get(ends.size() - 1));
            serial += most;
            bytes += item.offChipBytes();
            products += counts[IsOsSchema.PRODUCTS];
            return ends.size() - 1;
        }

        long busiest() {
            long most = 0;
            for (int lane = 0; lane < vectors.length; lane++) {
                most = Math.max(most, Math.max(up(vectors[lane], 8), back[lane]));
            }
            return most;
        }

        private static long up(long a, long b) {
            return (a + b - 1) / b;
        }
    }

    @Test
    void cyclesLieWithinTheBoundsOfTheItems() {
        TreeMap<String, Integer> binding = new TreeMap<>();
        for (long seed = 1; seed <= 60; seed++) {
            int lanes = (int) (1 + seed % 16);
            HandMade stream = RandomStreams.pipeline(seed, (int) (1 + seed % 5 * 8), (int) (1 + seed % 7 * 6));
            HardwareModel model = HandMade.machine("lanes=" + lanes, "dram.latency=" + LATENCY + " ns", "queues=1 MiB");
            MachineReport report = stream.run(model);
            long bytes = 0;
            long products = 0;
            long compute = 0;
            long path = 0;
            long serial = 0;
            for (int s = 0; s < 2; s++) {
                Bounds bounds = new Bounds(lanes);
                stream.feed(s, bounds);
                compute += bounds.busiest();
                path = Math.max(path, bounds.path);
                serial += bounds.serial;
                bytes += bounds.bytes;
                products += bounds.products;
            }
            String where = "seed " + seed + ": " + report.cycles() + " cycles";
            long memory = bytes / BYTES_PER_CYCLE;
            assertEquals(bytes, report.offChipBytes(), where);
            assertEquals(products, stream.activity(model).get(0).count(), where);
            assertTrue(report.cycles() >= memory, where + ", memory " + memory);
            assertTrue(report.cycles() >= compute, where + ", busiest lanes " + compute);
            assertTrue(report.cycles() >= path, where + ", longest path " + path);
            assertTrue(report.cycles() <= serial, where + ", one after another " + serial);
            // a pipeline that is long enough comes near to the bound of its busiest resource
            long bound = Math.max(memory, Math.max(compute, path));
            assertTrue(report.cycles() <= 2 * bound + 200, where + ", bound " + bound);
            binding.merge(memory > compute ? "memory" : "compute", 1, Integer::sum);
        }
        assertTrue(binding.size() == 2 && binding.values().stream().allMatch(n -> n >= 10), "" + binding);
    }

    @Test
    void tightQueuesSlowDownButDoNotBlock() {
        HardwareModel roomy = HandMade.machine("lanes=12", "queues=64 KiB");
        HardwareModel tight = HandMade.machine("lanes=12", "queues=600 B");
        for (long seed = 1; seed <= 20; seed++) {
            HandMade stream = RandomStreams.pipelineWithQueues(seed, 1, 4, 150);
            long fast = stream.run(roomy).cycles();
            long slow = stream.run(tight).cycles();
            assertTrue(slow > fast, "seed " + seed + ": " + slow + " cycles with tight queues, " + fast + " without");
        }
    }
}
