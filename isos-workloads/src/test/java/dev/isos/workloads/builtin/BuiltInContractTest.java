package dev.isos.workloads.builtin;

import dev.isos.api.workload.WorkloadSource;
import dev.isos.testkit.WorkloadSourceContract;
import java.util.List;

class BuiltInContractTest extends WorkloadSourceContract {
    @Override
    protected WorkloadSource source() {
        return new BuiltInWorkloads();
    }

    /** The smallest; the others are built once by {@link BuiltInWorkloadsTest}. */
    @Override
    protected List<String> built() {
        return List.of("mobilenetv1-89");
    }
}
