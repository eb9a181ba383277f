package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.core.IsosPlatform;
import dev.isos.core.Platform;
import dev.isos.core.spec.HardwareSpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The tables of docs/energy.md are what the machines declare. */
class EnergyDocsTest {
    @Test
    void theTablesAreTheActivitiesOfTheDefaults() throws IOException {
        Platform isos = IsosPlatform.load(Optional.empty());
        HardwareSpecReader defaults = new HardwareSpecReader(isos.hardware());
        StringBuilder expected = new StringBuilder();
        for (HardwareModelFactory hardware : isos.hardware().values()) {
            expected.append("\n### ")
                    .append(hardware.id())
                    .append("\n\n| component | action | count |\n|---|---|---|\n");
            for (Activity activity :
                    hardware.create(defaults.defaults(hardware.id(), List.of())).activities()) {
                expected.append("| ")
                        .append(activity.component())
                        .append(" | ")
                        .append(activity.action())
                        .append(" | `")
                        .append(activity.formula())
                        .append("` |\n");
            }
        }
        String docs = Files.readString(Path.of("..", "docs", "energy.md"));
        assertEquals(expected.toString(), docs.substring(docs.indexOf("\n### ")));
    }
}
