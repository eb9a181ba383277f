package dev.isos.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Fidelity;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.HardwareParameter;
import dev.isos.api.network.Layer;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.api.result.RunResult;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadSource;
import dev.isos.core.plugin.PluginLoader;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.RunOptions;
import dev.isos.testkit.PlainReference;
import dev.isos.testkit.RandomWorkloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsosPlatformTest {
    private final Platform isos = platform(new CorePlugin(), new TestingPlugin());

    private static Platform platform(IsosPlugin... plugins) {
        return IsosPlatform.assemble(PluginLoader.of(List.of(plugins)));
    }

    @Test
    void runsAnAcceleratorOfAPlugin() {
        Workload workload = PlainReference.withReference(RandomWorkloads.network(7));
        RunResult result = isos.run(workload, isos.accelerator(AcceleratorRequest.of("plain")), RunOptions.defaults());
        assertTrue(result.verified());
        assertEquals("plain", result.accelerator().id());
        isos.release(workload);
    }

    @Test
    void aMachineThatIsSilentAboutItsEnergyModelHasTheKeyOfThePlatform() {
        HardwareModelFactory silent = new TestingPlugin.IdealFactory() {
            @Override
            public String id() {
                return "silent";
            }

            @Override
            public List<HardwareParameter> parameters() {
                return super.parameters().stream()
                        .filter(p -> !p.key().equals("energyTable"))
                        .toList();
            }
        };
        Platform platform = platform(new CorePlugin(), new TestingPlugin() {
            @Override
            public void contribute(Registrar registrar) {
                super.contribute(registrar);
                registrar.hardware(silent);
                registrar.accelerator(new Accelerator("silent", "for tests", "plain", "silent", "block"));
            }
        });
        assertEquals(
                "horowitz-45nm-hbm",
                platform.hardware().get("silent").parameters().get(5).defaultText());
        AcceleratorRequest other = new AcceleratorRequest(
                "silent", Optional.empty(), List.of("energyTable=unit"), Optional.empty(), Optional.empty());
        assertEquals("unit", platform.accelerator(other).energy().id());
    }

    @Test
    void overridesReachTheHardware() {
        AcceleratorRequest request = new AcceleratorRequest(
                "plain", Optional.empty(), List.of("layersPerSegment=1"), Optional.empty(), Optional.empty());
        assertEquals(1, isos.accelerator(request).hardware().geometry().get("layersPerSegment"));
    }

    @Test
    void unknownNamesAreToldWithTheNearestOne() {
        assertEquals(
                "unknown accelerator 'plian'; did you mean 'plain'?",
                failure("plian").getMessage());
        assertEquals(
                "unknown accelerator 'sparten'; known are plain",
                failure("sparten").getMessage());
        assertEquals(ErrorCode.BAD_INPUT, failure("x").code());
        AcceleratorRequest mapping =
                new AcceleratorRequest("plain", Optional.empty(), List.of(), Optional.of("blok"), Optional.empty());
        assertEquals(
                "unknown mapping 'blok': neither a policy nor a plan file; did you mean 'block'?",
                assertThrows(IsosException.class, () -> isos.accelerator(mapping))
                        .getMessage());
    }

    @Test
    void aMappingMayBeAPlanFile(@TempDir Path folder) throws IOException {
        Workload workload = PlainReference.withReference(RandomWorkloads.network(7));
        List<String> names =
                workload.network().layers().stream().map(Layer::name).toList();
        Path file = Files.writeString(folder.resolve("plan.yaml"), "- [" + String.join("]\n- [", names) + "]\n");
        AcceleratorRequest request = new AcceleratorRequest(
                "plain", Optional.empty(), List.of(), Optional.of(file.toString()), Optional.empty());
        RunResult result = isos.run(workload, isos.accelerator(request), RunOptions.defaults());
        assertEquals(
                names.stream().map(List::of).toList(),
                result.segments().stream().map(RunResult.SegmentResult::layers).toList());
        assertEquals(file.toString(), result.accelerator().mapping());
        assertEquals("plain:mapping=" + file, result.accelerator().name());
    }

    @Test
    void theFidelityIsAskedForAndReported() {
        AcceleratorRequest stepped = new AcceleratorRequest(
                "plain", Optional.empty(), List.of(), Optional.empty(), Fidelity.STEPPED, Optional.empty());
        assertEquals("plain:fidelity=stepped", stepped.name());
        assertEquals(Fidelity.STEPPED, isos.accelerator(stepped).fidelity());
        assertEquals(
                Fidelity.EVENT, isos.accelerator(AcceleratorRequest.of("plain")).fidelity());
        assertEquals("plain", AcceleratorRequest.of("plain").name());
    }

    @Test
    void fileThatNobodyUnderstandsIsBadInput(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("model.bin"), "?");
        IsosException e =
                assertThrows(IsosException.class, () -> isos.workload(file.toString(), WorkloadRequest.defaults()));
        assertEquals("no importer understands " + file + " ()", e.getMessage());
        assertTrue(assertThrows(IsosException.class, () -> isos.workload("\0", WorkloadRequest.defaults()))
                .getMessage()
                .startsWith("unknown workload"));
    }

    @Test
    void theSourceOfAWorkloadIsAskedForItsVariants() {
        Workload workload = PlainReference.withReference(RandomWorkloads.network(7));
        List<String> asked = new ArrayList<>();
        WorkloadSource source = new WorkloadSource() {
            @Override
            public List<WorkloadDescriptor> workloads() {
                return List.of(new WorkloadDescriptor("small-1", "small", 0, "a small one", "a test"));
            }

            @Override
            public Workload create(String id, WorkloadRequest request) {
                asked.add(id);
                return workload;
            }
        };
        Platform withSource = platform(new CorePlugin(), new TestingPlugin(), new IsosPlugin() {
            @Override
            public String id() {
                return "source";
            }

            @Override
            public String version() {
                return "1";
            }

            @Override
            public ApiVersion builtAgainst() {
                return new ApiVersion(0, 1);
            }

            @Override
            public void contribute(Registrar registrar) {
                registrar.workloads(source);
            }
        });
        withSource.workload("small-1", WorkloadRequest.defaults());
        withSource.workload("small-1@other@more", WorkloadRequest.defaults());
        assertEquals(List.of("small-1", "small-1@other@more"), asked);
        assertEquals("small-1", WorkloadSource.withoutVariant("small-1@other@more"));
        assertEquals(Optional.of("other@more"), WorkloadSource.variant("small-1@other@more"));
        assertEquals(Optional.empty(), WorkloadSource.variant("small-1"));
        assertEquals(
                "unknown workload 'small-2@other': neither a built-in workload nor a file; did you mean 'small-1'?",
                assertThrows(
                                IsosException.class,
                                () -> withSource.workload("small-2@other", WorkloadRequest.defaults()))
                        .getMessage());
    }

    private IsosException failure(String accelerator) {
        return assertThrows(IsosException.class, () -> isos.accelerator(AcceleratorRequest.of(accelerator)));
    }
}
