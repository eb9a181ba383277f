package dev.isos.cli.command;

import dev.isos.core.simulate.AcceleratorRequest;
import dev.isos.study.evaluation.EvaluationRun;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Command lines that repeat a run, for a POSIX shell at the root of the repository.
 *
 * @param common options of the reproducing command that decide over results, as words
 */
public record RunCommandLine(List<String> common) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    public RunCommandLine {
        common = List.copyOf(common);
    }

    /** The command line of one run. */
    String of(EvaluationRun run) {
        return of(run.result().workload().id(), run.request(), run.seed());
    }

    /** The command line of a run that is described by its parts. */
    String of(String workload, AcceleratorRequest request, long seed) {
        List<String> words = new ArrayList<>(List.of("./isos", "run", "-w", workload, "-a", request.id()));
        request.overrides().forEach(override -> words.addAll(List.of("--set", override)));
        request.mapping().ifPresent(mapping -> words.addAll(List.of("--mapping", mapping)));
        words.addAll(List.of("--seed", Long.toString(seed), "--verify"));
        words.addAll(common);
        return join(words);
    }

    /** Words as one line, quoted where a shell needs it. */
    public static String join(List<String> words) {
        return String.join(" ", words.stream().map(RunCommandLine::quoted).toList());
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
