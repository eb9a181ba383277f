package dev.isos.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.isos.api.error.IsosException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintTest {
    private static final Map<String, Object> VALUES = Map.of(
            "lanes",
            8.0,
            "filterBuffer",
            1048576.0,
            "dram.bandwidth",
            1.28e11,
            "mapping",
            "greedy",
            "accelerator",
            "isosceles");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lanes == 8 | true",
                "lanes != 8 | false",
                "lanes * 2 >= 16 && lanes % 3 == 2 | true",
                "filterBuffer <= 1 * MiB | true",
                "filterBuffer < 1024 * KiB | false",
                "dram.bandwidth / (lanes * 1e9) == 16 | true",
                "mapping == 'greedy' && lanes < 100 | true",
                "accelerator == \"scnn\" | false",
                "!(lanes < 4) | true",
                "MAX(lanes, 16) - MIN(lanes, 4) == 12 && ABS(-lanes) == 8 | true",
                "IF(lanes > 4, filterBuffer > kB, false) | true",
                "SQRT(lanes * 2) == 4 | true",
            })
    void conditionsOnParameters(String text, boolean holds) {
        Constraint constraint = new Constraint(text, "here");
        constraint.check(VALUES.keySet(), VALUES);
        assertEquals(holds, constraint.holds(VALUES));
        assertFalse(constraint.ofResult());
    }

    @Test
    void numbersOfTheResultAreKnown() {
        Constraint constraint = new Constraint("energyPj.total / lanes < 1e6 && bound.memory <= 0.5", "here");
        constraint.check(VALUES.keySet(), VALUES);
        assertTrue(constraint.ofResult());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lanes <= | character 7: missing second operand for operator",
                "lanes | expected a condition, such as 'lanes <= 64'",
                "Lanes > 1 | unknown name 'Lanes'; did you mean 'lanes'?",
                "lanes > 1 && energy.total < 3 | character 14: unknown name 'energy.total'; did you mean 'energyPj.total'?",
                "lanes < 9) | character 10: unexpected closing brace",
                "lanes < 1e100 | an exponent has one or two digits",
                "lanes ^ 2 > 9 | character 7: undefined operator '^'",
                "FACT(9) > lanes | undefined function 'FACT'",
                "lanes[0] > 1 | character 6: undefined operator '['",
            })
    void mistakesAreNamed(String text, String message) {
        IsosException e = assertThrows(IsosException.class, () -> {
            Constraint constraint = new Constraint(text, "here");
            constraint.check(VALUES.keySet(), VALUES);
        });
        assertEquals("here: constraint '" + text + "': " + message, e.getMessage());
    }

    @Test
    void whatHasNoValueIsRefused() {
        Constraint constraint = new Constraint("1 / (lanes - 8) > 0", "here");
        IsosException e = assertThrows(IsosException.class, () -> constraint.holds(VALUES));
        assertEquals(
                "here: constraint '1 / (lanes - 8) > 0': its value cannot be computed: division by zero",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((((",
                "1..2 > 1",
                "\"",
                "''",
                "&&",
                ".",
                "lanes. > 1",
                ",",
                "IF(,)",
                "lanes > 1;",
                "\u0000",
                "()",
                "MAX() > 1"
            })
    void nothingElseThanASentenceComesOfNonsense(String text) {
        assertThrows(IsosException.class, () -> {
            Constraint constraint = new Constraint(text, "here");
            constraint.check(VALUES.keySet(), VALUES);
        });
    }

    @Test
    void noShortTextComputesForLong() {
        String large = "1e99*1e99*".repeat(40) + "1";
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Constraint constraint = new Constraint(large + " % 7 > 3", "here");
            assertThrows(IsosException.class, () -> constraint.check(VALUES.keySet(), VALUES));
            assertThrows(IsosException.class, () -> new Constraint("(".repeat(100_000) + "1 > 0", "here"));
        });
    }
}
