package dev.isos.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import dev.isos.api.tensor.ActivationTensor;
import dev.isos.api.workload.LayerReference;
import dev.isos.api.workload.Workload;

/** What holds for every workload, wherever it comes from. */
final class WorkloadChecks {
    /** Beyond this many multiply-accumulates the oracle would take seconds. */
    private static final long MAX_ORACLE_MACS = 1L << 26;

    private WorkloadChecks() {}

    /** A workload says what it is, and its reference, where it has one and is small, is right. */
    static void sound(Workload workload) {
        assertFalse(workload.info().id().isBlank(), "a workload needs an id");
        assertFalse(workload.info().network().isBlank(), "a workload needs the name of its network");
        assertFalse(workload.info().source().isBlank(), "a workload says where its numbers come from");
        assertTrue(workload.info().inputScale() > 0, "scale of the input");
        assertTrue(workload.network().size() > 0, "a workload needs layers");
        if (workload.hasReference() && workload.network().denseMacs() <= MAX_ORACLE_MACS) {
            assertEquals(
                    PlainReference.withReference(workload).reference(),
                    workload.reference().stream()
                            .map(LayerReference::withoutComparison)
                            .toList(),
                    "reference");
        }
    }

    /** Two workloads with the same layers and numbers. */
    static void same(Workload expected, Workload actual) {
        assertEquals(expected.info(), actual.info());
        assertEquals(expected.network().layers(), actual.network().layers(), "layers");
        assertEquals(expected.input().sha256(), actual.input().sha256(), "input");
        assertEquals(
                expected.furtherInputs().stream().map(ActivationTensor::sha256).toList(),
                actual.furtherInputs().stream().map(ActivationTensor::sha256).toList(),
                "further inputs");
        assertEquals(expected.weightNonZeros(), actual.weightNonZeros(), "non-zero weights");
        assertEquals(expected.reference(), actual.reference(), "reference");
    }

    /** A refusal is the user's to mend, and one sentence. */
    static void refusal(IsosException refusal, String named) {
        assertEquals(
                2, refusal.code().exitCode(), "bad input is no failure of the simulation: " + refusal.getMessage());
        assertTrue(refusal.getMessage().contains(named), "names '" + named + "': " + refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count(), "one line: " + refusal.getMessage());
    }
}
