package dev.isos.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test marked {@link SharedData} where the folder of shared data is missing. */
final class SharedDataCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return evaluate(SharedDataFolder.root());
    }

    static ConditionEvaluationResult evaluate(Path folder) {
        return Files.isDirectory(folder)
                ? ConditionEvaluationResult.enabled("shared data found in " + folder)
                : ConditionEvaluationResult.disabled("shared data folder missing: " + folder);
    }
}
