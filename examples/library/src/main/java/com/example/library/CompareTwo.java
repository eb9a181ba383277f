package com.example.library;

import dev.isos.study.Isos;
import dev.isos.study.compare.Comparison;
import dev.isos.study.compare.ComparisonRow;
import java.util.List;

/** Compares two machines; the first one is the reference. */
final class CompareTwo {
    public static void main(String[] args) {
        Comparison comparison = Isos.builder().build().compare(List.of("googlenet-58-inception3a"), List.of("sparten", "isosceles"));
        for (ComparisonRow row : comparison.rows()) {
            System.out.printf("%-10s %.2f times as fast%n", row.accelerator(), row.over().get("sparten").speedup());
        }
    }
}
