package dev.isos.study.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {
    private static List<Limit> of(String condition) {
        return new Constraint(condition, "here").limits();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "areaMm2 <= 60 ; [Limit[path=areaMm2, upper=true, value=60.0]]",
                "2 * MB > traffic.total ; [Limit[path=traffic.total, upper=true, value=2000000.0]]",
                "lanes < 9 && (macUtilization >= 1 / 4) ; [Limit[path=macUtilization, upper=false, value=0.25]]",
                "areaMm2 < 60 || lanes > 8 ; []",
                "areaMm2 < lanes ; []",
                "areaMm2 * 2 < 60 ; []",
                "areaMm2 != 60 ; []",
                "!(areaMm2 > 60) ; []",
                "energyPj.total < cycles ; []",
            })
    void comparisonsWithConstantsAreLimits(String condition, String limits) {
        assertEquals(limits, of(condition).toString());
    }

    /** A condition made of comparisons holds exactly within its limits. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void aConditionHoldsWithinItsLimits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] paths = {"cycles", "traffic.inputs", "areaMm2"};
        String[] operators = {"<", "<=", ">", ">="};
        for (int round = 0; round < 100; round++) {
            StringBuilder text = new StringBuilder("lanes > 1");
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                String path = paths[random.nextInt(paths.length)];
                String operator = operators[random.nextInt(operators.length)];
                String bound = random.nextInt(10) + (random.nextBoolean() ? " * 10" : " - -3");
                text.append(" && ")
                        .append(
                                random.nextBoolean()
                                        ? path + " " + operator + " " + bound
                                        : bound + " " + operator + " " + path);
            }
            Constraint constraint = new Constraint(text.toString(), "here");
            for (int i = 0; i < 50; i++) {
                Map<String, Object> values = new HashMap<>(Map.of("lanes", 2));
                for (String path : paths) {
                    values.put(path, random.nextInt(0, 100) + 0.5);
                }
                boolean within = constraint.limits().stream().allMatch(limit -> {
                    double value = (double) values.get(limit.path());
                    return limit.upper() ? value <= limit.value() : value >= limit.value();
                });
                assertEquals(constraint.holds(values), within, "seed " + seed + ": " + text + " of " + values);
            }
        }
    }
}
