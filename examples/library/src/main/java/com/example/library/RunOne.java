package com.example.library;

import dev.isos.api.result.RunResult;
import dev.isos.study.Isos;

/** Simulates one network on one machine, and checks every output. */
final class RunOne {
    public static void main(String[] args) {
        RunResult run = Isos.builder().build().run("googlenet-58-inception3a", "isosceles:lanes=32");
        System.out.printf("%,d cycles, %,d bytes off chip, verified: %s%n", run.cycles(), run.traffic().total(), run.verified());
    }
}
