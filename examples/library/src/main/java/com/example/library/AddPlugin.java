package com.example.library;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.plugin.ApiVersion;
import dev.isos.api.plugin.IsosPlugin;
import dev.isos.api.plugin.Registrar;
import dev.isos.study.Isos;

/** Adds a plug-in that pairs a dataflow and a machine anew, without a jar of its own. */
final class AddPlugin {
    public static void main(String[] args) {
        IsosPlugin plugin = new IsosPlugin() {
            @Override public String id() { return "mine"; }
            @Override public ApiVersion builtAgainst() { return new ApiVersion(0, 1); }
            @Override public void contribute(Registrar registrar) {
                registrar.accelerator(new Accelerator("one-by-one", "a layer at a time", "is-os", "isosceles", "single"));
            }
        };
        System.out.println(Isos.builder().plugin(plugin).build().run("googlenet-58-inception3a", "one-by-one").cycles() + " cycles");
    }
}
