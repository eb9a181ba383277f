package dev.isos.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.isos.core.simulate.AcceleratorRequest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunCommandLineTest {
    @Test
    void commandLinesAreQuotedForAShell() {
        AcceleratorRequest request = new AcceleratorRequest(
                "isosceles",
                Optional.empty(),
                List.of("dram.bandwidth=64 GB/s"),
                Optional.of("single"),
                Optional.empty());
        assertEquals(
                "./isos run -w 'it'\\''s.onnx' -a isosceles --set 'dram.bandwidth=64 GB/s' --mapping single --seed 7"
                        + " --verify --plugins p",
                new RunCommandLine(List.of("--plugins", "p")).of("it's.onnx", request, 7));
    }
}
