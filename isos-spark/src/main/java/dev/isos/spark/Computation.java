package dev.isos.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.workload.Workload;
import dev.isos.core.Platform;
import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.core.simulate.ConfiguredAccelerator;
import dev.isos.core.simulate.RunOptions;
import dev.isos.study.batch.Heap;
import dev.isos.study.configuration.Configurations;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** What a task does, in the JVM of an executor. */
final class Computation extends AbstractFunction2<TaskContext, Iterator<Chunk>, ArrayList<Done>>
        implements Serializable {
    private static final long serialVersionUID = 1L;
    static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /** Tells sweeps of one JVM apart. */
    private final String sweep;

    private final ArrayList<Broadcast<SharedWorkload>> workloads;
    private final ArrayList<String> loaded;
    private final String folder;

    /**
     * Makes it, at the driver.
     *
     * @param loaded plug-ins with their versions, which an executor is to have too
     * @param folder of further plug-ins; null for none
     */
    Computation(String sweep, List<Broadcast<SharedWorkload>> workloads, List<String> loaded, String folder) {
        this.sweep = sweep;
        this.workloads = new ArrayList<>(workloads);
        this.loaded = new ArrayList<>(loaded);
        this.folder = folder;
    }

    @Override
    public ArrayList<Done> apply(TaskContext task, Iterator<Chunk> chunks) {
        ArrayList<Done> all = new ArrayList<>();
        try {
            while (chunks.hasNext()) {
                Chunk chunk = chunks.next();
                ExecutorSide here = ExecutorSide.of(folder);
                here.require(loaded);
                Workload workload = here.workload(sweep, chunk.source(), workloads.get(chunk.source()));
                for (int i = 0; i < chunk.points().size(); i++) {
                    if (task.isInterrupted()) {
                        throw new IllegalStateException("the task was called off");
                    }
                    all.add(done(here.isos(), workload, chunk, i));
                }
            }
            return all;
        } catch (IsosException e) {
            // no fault of a point: the sweep ends with this sentence
            return new ArrayList<>(List.of(new Done(Done.SWEEP, null, e.code(), e.getMessage())));
        }
    }

    private static Done done(Platform isos, Workload workload, Chunk chunk, int i) {
        int point = chunk.points().get(i);
        try {
            AcceleratorRequest request =
                    Configurations.request(chunk.accelerators().get(i), "accelerator");
            ConfiguredAccelerator machine =
                    named(isos.accelerator(request), chunk.names().get(i));
            RunOptions options = new RunOptions(false, SimulationListener.NONE, 1, 0);
            byte[] run = MAPPER.writeValueAsBytes(isos.run(workload, machine, options));
            if (Heap.isTight()) {
                isos.release(workload);
            }
            return new Done(point, run, null, null);
        } catch (IsosException e) {
            return new Done(point, null, e.code(), e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException("a result cannot be written as JSON", e);
        }
    }

    private static ConfiguredAccelerator named(ConfiguredAccelerator machine, String name) {
        return new ConfiguredAccelerator(
                machine.accelerator(),
                machine.dataflow(),
                machine.hardware(),
                machine.mapping(),
                machine.fidelity(),
                machine.energy(),
                name,
                machine.changes());
    }
}
