package com.example.library;

import dev.isos.api.network.Layer;
import dev.isos.api.network.NetworkBuilder;
import dev.isos.api.result.RunResult;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.study.Isos;
import dev.isos.workloads.description.SyntheticWorkload;

/** Builds a network of named layers, with drawn weights of which a tenth is not zero. */
final class BuildNetwork {
    public static void main(String[] args) {
        NetworkBuilder builder = new NetworkBuilder("tiny", new FeatureMapShape(16, 28, 28));
        int stem = builder.convolution("stem", Layer.NETWORK_INPUT, 32, 3, 1, 1);
        int reduce = builder.convolution("reduce", stem, 16, 1, 1, 0);
        builder.pointwiseWithResidual("expand", reduce, 32, stem);
        RunResult run = Isos.builder().build().run(SyntheticWorkload.of(builder.build(), 0.1, 0.5, 1), "isosceles");
        run.layers().forEach(layer -> System.out.printf("%-8s %,8d effectual MACs%n", layer.name(), layer.macs().effectual()));
    }
}
