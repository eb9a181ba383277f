package dev.isos.cli.command;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Command lines at the end of a command's help, to begin with. */
final class Examples {
    static final Map<String, List<String>> BY_COMMAND = Map.ofEntries(
            Map.entry(
                    "reproduce",
                    List.of(
                            "isos reproduce --out report",
                            "isos reproduce --figure speedup --workloads resnet50-96,vgg16-68")),
            Map.entry(
                    "run",
                    List.of(
                            "isos run -w resnet50-96 -a isosceles --verify",
                            "isos run -w model.onnx -a sparten --image cat.png --format json")),
            Map.entry(
                    "compare",
                    List.of(
                            "isos compare -w resnet50-96 -a isosceles,sparten --out report",
                            "isos compare -w resnet50-81 -a isosceles --vary filterBuffer=1MiB..8MiB")),
            Map.entry("sweep", List.of("isos sweep docs/examples/sweep.yaml --out design-space")),
            Map.entry(
                    "map",
                    List.of("isos map -w resnet50-96 -a isosceles", "isos map -w resnet50-96 -a isosceles-optimal")),
            Map.entry(
                    "plot",
                    List.of(
                            "isos plot report/figures/speedup-over-sparten.json",
                            "isos plot report/figures/traffic-megabytes.json --for slide --format png")),
            Map.entry("import", List.of("isos import model.onnx -o model.isos --image cat.png")),
            Map.entry("export", List.of("isos export -w resnet50-96 -o resnet50.onnx")),
            Map.entry("validate", List.of("isos validate", "isos validate --cases 20 --seed 7")),
            Map.entry("bench", List.of("isos bench", "isos bench --workloads resnet50-96")),
            Map.entry("list", List.of("isos list workloads", "isos list hardware isosceles")),
            Map.entry("schema", List.of("isos schema run")),
            Map.entry("new-plugin", List.of("isos new-plugin my-accelerator")));

    private Examples() {}

    /** Adds the examples of a command to its help, where it has some. */
    static void addTo(String name, CommandLine command) {
        List<String> lines = BY_COMMAND.getOrDefault(name, List.of());
        if (!lines.isEmpty()) {
            UsageMessageSpec usage = command.getCommandSpec().usageMessage();
            usage.footerHeading("%nExamples:%n");
            usage.footer(lines.stream().map(line -> "  " + line).toArray(String[]::new));
        }
    }
}
