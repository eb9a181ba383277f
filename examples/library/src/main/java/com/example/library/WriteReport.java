package com.example.library;

import dev.isos.report.Report;
import dev.isos.study.Isos;
import dev.isos.study.compare.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a comparison as a page. */
final class WriteReport {
    public static void main(String[] args) throws IOException {
        Comparison comparison = Isos.builder().build().compare(List.of("googlenet-58-inception3a"), List.of("sparten", "isosceles"));
        Path page = Path.of(args.length > 0 ? args[0] : "comparison.html");
        Files.writeString(page, Report.html(comparison));
        System.out.println("wrote " + page);
    }
}
