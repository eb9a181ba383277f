package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isos.core.Isos;
import dev.isos.core.IsosPlatform;
import dev.isos.testkit.SharedData;
import dev.isos.testkit.SharedDataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SCALE-Sim says of layers on systolic arrays, through the command line. */
class ScaleSimTest {
    private static final String HEADER =
            "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n";

    @Test
    @SharedData
    void systolicArraysTakeTheSameCycles(@TempDir Path folder) throws IOException {
        Isos isos = IsosPlatform.load(Optional.empty());
        Map<String, List<String[]>> arrays = new LinkedHashMap<>();
        int rows = 0;
        for (String line : Files.readAllLines(SharedDataFolder.path("scalesim_crosscheck.csv"))) {
            String[] cells = line.split(",");
            if (!cells[0].equals("layer") && cells.length == 15) {
                String array = cells[8] + "," + cells[9] + "," + cells[10];
                arrays.computeIfAbsent(array, a -> new ArrayList<>()).add(cells);
                rows++;
            }
        }
        assertTrue(rows >= 30, rows + " rows");
        for (Map.Entry<String, List<String[]>> array : arrays.entrySet()) {
            String[] of = array.getKey().split(",");
            StringBuilder topology = new StringBuilder(HEADER);
            for (String[] cells : array.getValue()) {
                topology.append(String.join(",", List.of(cells).subList(0, 8))).append(",\n");
            }
            Path file = Files.writeString(folder.resolve("topology.csv"), topology);
            Invocation run = Invocation.of(
                    isos,
                    "run",
                    "-q",
                    "--format",
                    "json",
                    "--no-cache",
                    "-w",
                    file.toString(),
                    "-a",
                    "systolic-" + of[2],
                    "--set",
                    "rows=" + of[0],
                    "--set",
                    "columns=" + of[1]);
            assertEquals(0, run.exitCode(), run.err());
            JsonNode layers = new ObjectMapper().readTree(run.out()).get("layers");
            for (int i = 0; i < layers.size(); i++) {
                String[] cells = array.getValue().get(i);
                // SCALE-Sim prints the index of the last cycle, and divides by it
                long lastCycle = Long.parseLong(cells[11]);
                assertEquals(lastCycle + 1, layers.get(i).get("cycles").asLong(), String.join(" ", cells));
                double utilization = 100 * layers.get(i).get("macUtilization").asDouble() * (lastCycle + 1) / lastCycle;
                assertEquals(Double.parseDouble(cells[13]), utilization, 1e-9, String.join(" ", cells));
            }
        }
    }
}
