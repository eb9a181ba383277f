package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.workload.Workload;
import dev.isos.api.workload.WorkloadDescriptor;
import dev.isos.api.workload.WorkloadRequest;
import dev.isos.api.workload.WorkloadSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every source of built-in workloads must do. A subclass gives the source. References of networks of more than some
 * tens of millions of multiply-accumulates are left to simulations, which verify them.
 */
public abstract class WorkloadSourceContract {
    /** Rounding of a listed sparsity. */
    private static final double SPARSITY_TOLERANCE = 1e-3;

    /** {@return the source under test} */
    protected abstract WorkloadSource source();

    /**
     * {@return ids of the workloads to build, three times each; by default all. A subclass leaves out those that take
     * long}
     */
    protected List<String> built() {
        return source().workloads().stream().map(WorkloadDescriptor::id).toList();
    }

    @Test
    void lists() {
        assertFalse(source().workloads().isEmpty(), "a source needs workloads");
        Set<String> ids = new HashSet<>();
        for (WorkloadDescriptor d : source().workloads()) {
            assertFalse(d.id().isBlank(), "a workload needs an id");
            assertTrue(ids.add(d.id()), "two workloads are called " + d.id());
            assertFalse(
                    d.network().isBlank()
                            || d.description().isBlank()
                            || d.source().isBlank(),
                    d.id());
            assertTrue(d.weightSparsity() >= 0 && d.weightSparsity() <= 1, d.id() + ": sparsity");
        }
        assertEquals(source().workloads(), source().workloads(), "the list is always the same");
        assertTrue(ids.containsAll(built()), "builds what is listed");
    }

    @TestFactory
    Stream<DynamicTest> buildsWhatIsListed() {
        return each(listed -> {
            Workload workload = source().create(listed.id(), WorkloadRequest.defaults());
            WorkloadChecks.sound(workload);
            assertTrue(workload.hasReference(), "a built-in workload comes with its reference");
            assertEquals(listed.id(), workload.info().id());
            assertEquals(listed.weightSparsity(), 1 - workload.weightDensity(), SPARSITY_TOLERANCE, "sparsity");
            WorkloadChecks.same(workload, source().create(listed.id(), WorkloadRequest.defaults()));

            WorkloadRequest another = new WorkloadRequest(2, List.of(), Optional.empty(), "none", Optional.empty());
            Workload other = source().create(listed.id(), another);
            assertEquals(2, other.info().seed());
            assertEquals(workload.network().layers(), other.network().layers(), "layers");
            assertNotEquals(workload.reference(), other.reference(), "another seed gives other numbers");
        });
    }

    @Test
    void refusesWhatItDoesNotHave() {
        String unknown = "no-such-workload";
        WorkloadChecks.refusal(
                assertThrows(IsosException.class, () -> source().create(unknown, WorkloadRequest.defaults())), unknown);
        String id = source().workloads().get(0).id();
        WorkloadRequest pruned =
                new WorkloadRequest(1, List.of(), Optional.empty(), "no-such-pruning:1", Optional.empty());
        WorkloadChecks.refusal(assertThrows(IsosException.class, () -> source().create(id, pruned)), "no-such-pruning");
    }

    private Stream<DynamicTest> each(Consumer<WorkloadDescriptor> check) {
        return source().workloads().stream()
                .filter(d -> built().contains(d.id()))
                .map(d -> DynamicTest.dynamicTest(d.id(), () -> check.accept(d)));
    }
}
