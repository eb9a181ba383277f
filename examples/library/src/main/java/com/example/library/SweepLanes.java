package com.example.library;

import dev.isos.study.Isos;
import dev.isos.study.sweep.SweepResult;
import dev.isos.study.sweep.SweepSpec;
import java.util.List;
import java.util.Map;

/** Runs every combination of two parameters and names the points that no other one beats. */
final class SweepLanes {
    public static void main(String[] args) {
        SweepSpec spec = SweepSpec.of("lanes", List.of("googlenet-58-inception3a"), List.of("isosceles"), Map.of(
                "lanes", List.of("16..64"), "dram.bandwidth", List.of("64 GB/s", "128 GB/s")));
        SweepResult sweep = Isos.builder().threads(2).build().sweep(spec);
        sweep.groups().values().forEach(rows -> rows.stream().filter(SweepResult.Row::pareto).forEach(row ->
                System.out.printf("%-50s %,d cycles%n", row.configuration(), row.run().cycles())));
    }
}
