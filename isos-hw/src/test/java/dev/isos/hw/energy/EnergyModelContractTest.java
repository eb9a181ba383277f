package dev.isos.hw.energy;

import dev.isos.api.hardware.ActivityCount;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.testkit.EnergyModelContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;

class EnergyModelContractTest {
    abstract static class OfTable extends EnergyModelContract {
        private final String id;

        OfTable(String id) {
            this.id = id;
        }

        @Override
        protected EnergyModel model() {
            return TableEnergyModel.builtIn().stream()
                    .filter(model -> model.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        protected List<Component> components() {
            return List.of(
                    new Component("macs", "mac-int8", 64, Map.of()),
                    new Component("buffer", "sram", 2, Map.of("bytes", 65536.0, "receivers", 8.0)),
                    new Component("dram", "dram", 1, Map.of()));
        }

        @Override
        protected List<ActivityCount> activity() {
            return List.of(
                    new ActivityCount("macs", "multiply-accumulate", 1000),
                    new ActivityCount("buffer", "read", 300),
                    new ActivityCount("buffer", "write", 70),
                    new ActivityCount("buffer", "deliver", 400),
                    new ActivityCount("dram", "read", 50),
                    new ActivityCount("dram", "write", 9));
        }
    }

    @Nested
    class Hbm extends OfTable {
        Hbm() {
            super("horowitz-45nm-hbm");
        }
    }

    @Nested
    class Ddr extends OfTable {
        Ddr() {
            super("horowitz-45nm-ddr");
        }
    }

    @Nested
    class Published extends OfTable {
        Published() {
            super("published-14nm");
        }
    }
}
