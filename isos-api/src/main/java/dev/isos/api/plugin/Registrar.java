package dev.isos.api.plugin;

import dev.isos.api.accelerator.Accelerator;
import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModelFactory;
import dev.isos.api.hardware.MachinePart;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.workload.NetworkImporter;
import dev.isos.api.workload.WorkloadExporter;
import dev.isos.api.workload.WorkloadSource;

/**
 * Takes what a plug-in offers. Every id is unique among contributions of its kind; a second one is refused by name. A
 * contribution without id or description is refused with an {@link IllegalArgumentException}. Used by one thread,
 * during {@link IsosPlugin#contribute} only.
 */
public interface Registrar {
    /**
     * Offers an order of computation; hardware that understands its phases and metrics can run it.
     *
     * @param dataflow serves all threads
     */
    void dataflow(Dataflow dataflow);

    /**
     * Offers a kind of hardware, under the id that hardware files extend and accelerators name.
     *
     * @param factory makes a model for each configuration
     */
    void hardware(HardwareModelFactory factory);

    /**
     * Offers a table of energies and areas, under the id that the parameter {@code energyTable} of hardware names.
     *
     * @param model serves all threads
     */
    void energyModel(EnergyModel model);

    /**
     * Offers a way to cut networks into segments, under the id that {@code --mapping} and accelerators name.
     *
     * @param policy serves all threads
     */
    void mappingPolicy(MappingPolicy policy);

    /**
     * Offers a dataflow, a kind of hardware and a mapping policy under one id; each may come from any plug-in.
     *
     * @param accelerator names the three by id; they are looked up when somebody asks for it
     */
    void accelerator(Accelerator accelerator);

    /**
     * Offers built-in workloads; their ids must not clash with those of other sources.
     *
     * @param source asked for its list at once, for workloads later
     */
    void workloads(WorkloadSource source);

    /**
     * Offers a reader of network files; each file goes to one that does not decline it.
     *
     * @param importer asked about files that are no built-in workload
     */
    void importer(NetworkImporter importer);

    /**
     * Offers a part of a machine, under the id that hardware files name it by; a host from before parts existed takes none.
     *
     * @param part unique by type and id
     */
    default void part(MachinePart<?> part) {}

    /**
     * Offers a writer of workloads, under the extension of its files; a host from before exporters existed takes none.
     *
     * @param exporter chosen by the name of the file to write
     */
    default void exporter(WorkloadExporter exporter) {}
}
