package dev.isos.testkit;

import static dev.isos.testkit.PlainDataflow.LOAD_INPUTS;
import static dev.isos.testkit.PlainDataflow.LOAD_WEIGHTS;
import static dev.isos.testkit.PlainDataflow.MULTIPLY;
import static dev.isos.testkit.PlainDataflow.STORE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.dataflow.Dataflow;
import dev.isos.api.dataflow.ExecutionContext;
import dev.isos.api.dataflow.TensorRole;
import dev.isos.api.dataflow.WorkItem;
import dev.isos.api.dataflow.WorkSchema;
import dev.isos.api.dataflow.WorkSink;
import dev.isos.api.error.IsosException;
import dev.isos.api.hardware.Activity;
import dev.isos.api.hardware.Component;
import dev.isos.api.hardware.EnergyModel;
import dev.isos.api.hardware.HardwareModel;
import dev.isos.api.hardware.HardwareSpec;
import dev.isos.api.hardware.MachineReport;
import dev.isos.api.hardware.MachineRun;
import dev.isos.api.hardware.RunRequest;
import dev.isos.api.hardware.SimulationListener;
import dev.isos.api.network.Layer;
import dev.isos.api.network.Window;
import dev.isos.api.plan.ExecutionPlan;
import dev.isos.api.plan.MappingOutcome;
import dev.isos.api.plan.MappingPolicy;
import dev.isos.api.plan.PlanRejection;
import dev.isos.api.plan.PlanningContext;
import dev.isos.api.plan.Segment;
import dev.isos.api.tensor.FeatureMapShape;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An honest accelerator passes the contract; each cheat, by its dataflow or by its machine, is refused by name. */
class CheatsTest {
    private static final PlainMachine MACHINE = machine(PlainMachine.PEAK);

    /** Two convolutions: weights, inputs and outputs each move a few hundred bytes. */
    private static Workload twoLayers() {
        WorkloadBuilder b = new WorkloadBuilder("two", 1, new FeatureMapShape(4, 6, 6), false, 0.6);
        int first = b.convolution(Layer.NETWORK_INPUT, 4, 1, Window.square(3, 1, 1), 0.6);
        b.convolution(first, 5, 1, Window.square(3, 1, 1), 0.6);
        return b.build();
    }

    private static PlainMachine machine(long multipliers) {
        return new PlainMachine(new HardwareSpec("plain", "plain", Map.of(), Map.of()), 2) {
            @Override
            public List<Component> components() {
                return List.of(
                        new Component("array", "mac-int8", multipliers, Map.of()),
                        new Component("buffer", "sram", 1, Map.of("bytes", 1024.0)),
                        new Component("dram", "dram", 1, Map.of()));
            }
        };
    }

    /** As many consecutive layers as fit. */
    private static final MappingPolicy POLICY = new MappingPolicy() {
        @Override
        public String id() {
            return "longest";
        }

        @Override
        public String description() {
            return "as many layers as fit";
        }

        @Override
        public ExecutionPlan plan(PlanningContext context) {
            List<Segment> segments = new ArrayList<>();
            List<String> limits = new ArrayList<>();
            int size = context.workload().network().size();
            for (int from = 0; from < size; ) {
                int to = Math.min(size, from + 2);
                MappingOutcome outcome = context.map(range(from, to));
                while (outcome instanceof PlanRejection) {
                    outcome = context.map(range(from, --to));
                }
                segments.add((Segment) outcome);
                limits.add("no more fit");
                from = to;
            }
            return new ExecutionPlan(id(), segments, limits);
        }

        private static List<Integer> range(int from, int to) {
            return IntStream.range(from, to).boxed().toList();
        }
    };

    @Nested
    class HonestAccelerator extends AcceleratorContract {
        @Override
        protected Dataflow dataflow() {
            return new PlainDataflow();
        }

        @Override
        protected HardwareModel hardware() {
            return MACHINE;
        }

        @Override
        protected MappingPolicy mappingPolicy() {
            return POLICY;
        }

        @Override
        protected EnergyModel energyModel() {
            return PlainMachine.ENERGY;
        }
    }

    /** A machine that does not read the items as they are. */
    private static HardwareModel ignoring(UnaryOperator<WorkItem> cheat) {
        return new PlainMachine(MACHINE.spec(), 2) {
            @Override
            public MachineRun begin(RunRequest request, WorkSchema schema) {
                MachineRun run = super.begin(request, schema);
                return new MachineRun() {
                    @Override
                    public WorkSink beginSegment(int segment) {
                        WorkSink sink = run.beginSegment(segment);
                        return item -> sink.accept(cheat.apply(item));
                    }

                    @Override
                    public void endSegment() {
                        run.endSegment();
                    }

                    @Override
                    public MachineReport finish() {
                        return run.finish();
                    }
                };
            }
        };
    }

    private static MachineReport run(Dataflow dataflow, HardwareModel hardware) {
        return new CompleteRun(dataflow, hardware, POLICY, PlainMachine.ENERGY).run(twoLayers());
    }

    private static void refused(String name, Dataflow dataflow, HardwareModel hardware) {
        IsosException e = assertThrows(IsosException.class, () -> run(dataflow, hardware));
        assertTrue(e.getMessage().contains(name), e.getMessage());
    }

    @Test
    void honestyPasses() {
        assertDoesNotThrow(() -> run(new PlainDataflow(), MACHINE));
        assertDoesNotThrow(() -> run(Cheats.cheating(item -> item), ignoring(item -> item)));
    }

    @Test
    void anOutputWrittenAsOneByte() {
        refused(
                "writes 1 bytes of the output of",
                Cheats.cheating(
                        item -> item.phase() == STORE ? item.moves(TensorRole.OUTPUTS, item.tensor(), 1) : item),
                MACHINE);
    }

    @Test
    void weightsAndInputsOfOneByte() {
        refused(
                "loads 1 bytes of the weights of",
                Cheats.cheating(
                        item -> item.phase() == LOAD_WEIGHTS ? item.moves(TensorRole.WEIGHTS, item.tensor(), 1) : item),
                MACHINE);
        refused(
                "reads 1 bytes of the network's input",
                Cheats.cheating(
                        item -> item.phase() == LOAD_INPUTS ? item.moves(TensorRole.INPUTS, item.tensor(), 1) : item),
                MACHINE);
    }

    @Test
    void aDataflowThatDoesNotWait() {
        refused(
                "without waiting for its weights",
                Cheats.cheating(Cheats.notWaitingFor(MULTIPLY, LOAD_WEIGHTS)),
                MACHINE);
        refused("without waiting for its input", Cheats.cheating(Cheats.notWaitingFor(MULTIPLY, LOAD_INPUTS)), MACHINE);
        refused("without waiting for its input", Cheats.cheating(Cheats.notWaitingFor(MULTIPLY, MULTIPLY)), MACHINE);
        refused("without waiting for its computation", Cheats.cheating(Cheats.notWaitingFor(STORE, MULTIPLY)), MACHINE);
    }

    /** All but the first item of a layer: what one item has waited for is not there for items at other places. */
    @Test
    void aDataflowOfWhichOnlyTheFirstItemWaits() {
        boolean[] waited = new boolean[1];
        UnaryOperator<WorkItem> careless = Cheats.notWaitingFor(MULTIPLY, LOAD_WEIGHTS);
        refused(
                "without waiting for its weights",
                Cheats.cheating(item -> {
                    boolean first = item.phase() == MULTIPLY && !waited[0];
                    waited[0] |= first;
                    WorkItem changed = careless.apply(item);
                    return first ? item : changed;
                }),
                MACHINE);
    }

    @Test
    void aMachineThatDoesNotWait() {
        refused(
                "which it waits for, has ended in cycle",
                new PlainDataflow(),
                ignoring(Cheats.notWaitingFor(MULTIPLY, LOAD_WEIGHTS)));
        // inputs come before weights through the same port: to be early, a computation must ignore both
        refused(
                "which it waits for, has ended in cycle",
                new PlainDataflow(),
                ignoring(item -> item.phase() == MULTIPLY ? Cheats.withoutWaits(item) : item));
        refused(
                "which it waits for, has ended in cycle",
                new PlainDataflow(),
                ignoring(item -> item.phase() == STORE ? Cheats.withoutWaits(item) : item));
    }

    /** A listener that the machine tells another story. */
    private static HardwareModel saying(UnaryOperator<SimulationListener> story) {
        return new PlainMachine(MACHINE.spec(), 2) {
            @Override
            public MachineRun begin(RunRequest request, WorkSchema schema) {
                return super.begin(
                        new RunRequest(
                                request.network(),
                                request.plan(),
                                request.weightBytes(),
                                story.apply(request.listener())),
                        schema);
            }
        };
    }

    @Test
    void aMachineThatSaysNothingOfItsItems() {
        refused(
                "does not say when 6 work items of segment 0 ran",
                new PlainDataflow(),
                saying(listener -> SimulationListener.NONE));
    }

    @Test
    void aMachineWhoseTransfersTakeNoTime() {
        refused("off-chip bytes from cycle", new PlainDataflow(), saying(listener -> new SimulationListener() {
            private long now;

            @Override
            public void onItem(int segment, int item, long startCycle, long endCycle) {
                listener.onItem(segment, item, now, ++now);
            }
        }));
    }

    @Test
    void aSegmentThatEndsBeforeItsItems() {
        refused("but one of its work items in cycle", new PlainDataflow(), saying(listener -> new SimulationListener() {
            @Override
            public void onItem(int segment, int item, long startCycle, long endCycle) {
                listener.onItem(segment, item, startCycle + 1, endCycle + 1);
            }
        }));
    }

    @Test
    void fewerComponentsThanItComputesWith() {
        refused(
                "declares components with 3 multipliers, for a peak of 4 MACs per cycle",
                new PlainDataflow(),
                machine(PlainMachine.PEAK - 1));
        refused(
                "declares activities of [dram], which are no components of it",
                new PlainDataflow(),
                new PlainMachine(MACHINE.spec(), 2) {
                    @Override
                    public List<Component> components() {
                        return List.of(
                                new Component("array", "mac-int8", PEAK, Map.of()),
                                new Component("buffer", "sram", 1, Map.of("bytes", 1024.0)));
                    }
                });
    }

    @Test
    void fewerActivitiesThanComponents() {
        refused(
                "declares no activity of component 'array', whose energy would be none",
                new PlainDataflow(),
                new PlainMachine(MACHINE.spec(), 2) {
                    @Override
                    public List<Activity> activities() {
                        return Activity.offChip("dram");
                    }
                });
    }

    private static PlainMachine acting(Activity... activities) {
        return new PlainMachine(MACHINE.spec(), 2) {
            @Override
            public List<Activity> activities() {
                return List.of(activities);
            }
        };
    }

    @Test
    void operandsOutOfNowhereAndBytesThatNobodyMoves() {
        Activity array = new Activity("array", "multiply-accumulate", "products");
        Activity buffer = new Activity("buffer", "read", "products");
        Activity reads = new Activity("dram", "read", Activity.READ);
        Activity writes = new Activity("dram", "write", Activity.WRITTEN);
        new CompleteRun(new PlainDataflow(), acting(array, buffer, reads, writes), POLICY, PlainMachine.ENERGY)
                .run(twoLayers());
        refused(
                "bytes on chip, fewer than one for each of",
                new PlainDataflow(),
                acting(array, new Activity("buffer", "read", "0.5 * products"), reads, writes));
        refused(
                "off-chip bytes read, moved",
                new PlainDataflow(),
                acting(array, buffer, new Activity("dram", "read", "2 * read.bytes"), writes));
        refused(
                "off-chip bytes written, moved",
                new PlainDataflow(),
                acting(array, buffer, reads, new Activity("dram", "write", "2 * written.bytes")));
    }

    @Test
    void countsOfItsOwnInsteadOfThoseOfTheItems() {
        refused("counts 'products' itself, which the dataflow's items do", new PlainDataflow(), counting("products"));
        refused(
                "counts 'read.bytes' itself, which the dataflow's items do",
                new PlainDataflow(),
                counting("read.bytes"));
    }

    private static PlainMachine counting(String name) {
        return new PlainMachine(MACHINE.spec(), 2) {
            @Override
            public MachineRun begin(RunRequest request, WorkSchema schema) {
                MachineRun run = super.begin(request, schema);
                return new MachineRun() {
                    @Override
                    public WorkSink beginSegment(int segment) {
                        return run.beginSegment(segment);
                    }

                    @Override
                    public void endSegment() {
                        run.endSegment();
                    }

                    @Override
                    public MachineReport finish() {
                        MachineReport report = run.finish();
                        return new MachineReport(
                                report.cycles(),
                                report.segments(),
                                report.layers(),
                                report.offChipBytes(),
                                Map.of(name, 0L));
                    }
                };
            }
        };
    }

    /** A dataflow that changes the items of all images of a batch but the first. */
    private static Dataflow cheatingFurtherImages(UnaryOperator<WorkItem> cheat) {
        return new PlainDataflow() {
            private Segment before;

            @Override
            public void execute(ExecutionContext context) {
                boolean further = context.segment() == before;
                before = context.segment();
                Cheats.cheating(further ? cheat : UnaryOperator.identity()).execute(context);
            }
        };
    }

    private void refusedAsBatch(String name, Dataflow dataflow, HardwareModel hardware) {
        HonestAccelerator contract = new HonestAccelerator() {
            @Override
            protected Dataflow dataflow() {
                return dataflow;
            }

            @Override
            protected HardwareModel hardware() {
                return hardware;
            }
        };
        Throwable e = assertThrows(Throwable.class, () -> contract.batches(entries -> {}));
        assertTrue(e.getMessage().contains(name), e.getMessage());
    }

    @Test
    void aBatchWhoseImagesDifferInTheirWork() {
        refusedAsBatch(
                ": products",
                cheatingFurtherImages(item -> {
                    item.counts()[0] *= 2;
                    return item;
                }),
                MACHINE);
        refusedAsBatch(
                ": INPUTS",
                cheatingFurtherImages(item -> item.phase() == LOAD_INPUTS && item.role() == TensorRole.INPUTS
                        ? item.moves(TensorRole.INPUTS, item.tensor(), 2 * item.offChipBytes())
                        : item),
                MACHINE);
        refusedAsBatch(
                ": OUTPUTS",
                cheatingFurtherImages(item -> item.phase() == STORE
                        ? item.moves(TensorRole.OUTPUTS, item.tensor(), item.offChipBytes() + 1)
                        : item),
                MACHINE);
        refusedAsBatch(
                "bytes of weights",
                cheatingFurtherImages(item -> item.phase() == LOAD_WEIGHTS
                        ? item.moves(TensorRole.WEIGHTS, item.tensor(), 2 * item.offChipBytes())
                        : item),
                MACHINE);
    }
}
