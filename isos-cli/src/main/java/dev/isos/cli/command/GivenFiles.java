package dev.isos.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The files that a command line names: none is written twice, and none is both read and written. */
final class GivenFiles {
    private static final String FOLDER = "--out";
    private static final Set<String> FILES = Set.of("--trace", "--timeline", "--output", "--store");
    /** What is written to {@link #FOLDER} by some command; all of it is kept free for it. */
    private static final List<String> IN_FOLDER = List.of("results.json", "results.csv", "report.html", "figures");

    private GivenFiles() {}

    /**
     * A file or folder that is written.
     *
     * @param option what messages call it
     * @param place the same for all paths, through links, that lead there
     */
    private record Written(String option, Path place, boolean folder) {}

    static void check(ParseResult parsed) {
        List<Written> all = new ArrayList<>();
        for (ArgSpec argument : parsed.matchedArgs()) {
            String name = GivenOptions.name(argument);
            if (!(argument.getValue() instanceof Path path) || !FILES.contains(name) && !name.equals(FOLDER)) {
                continue;
            }
            Written written = new Written(name + " " + path, place(path), name.equals(FOLDER));
            add(written, all, parsed);
            for (String own : written.folder() ? IN_FOLDER : List.<String>of()) {
                String what = name + ", which keeps " + path.resolve(own) + " for itself,";
                add(new Written(what, place(path.resolve(own)), own.equals("figures")), all, parsed);
            }
        }
        for (ArgSpec argument : all.isEmpty() ? List.<ArgSpec>of() : parsed.matchedArgs()) {
            String name = GivenOptions.name(argument);
            if (FILES.contains(name) || name.equals(FOLDER)) {
                continue;
            }
            for (String value : argument.originalStringValues()) {
                read(value)
                        .forEach(place -> all.stream()
                                .filter(written ->
                                        !written.folder() && written.place().equals(place))
                                .findFirst()
                                .ifPresent(written -> {
                                    throw refused(parsed, written.option() + " would replace what " + name + " reads");
                                }));
            }
        }
    }

    private static void add(Written next, List<Written> all, ParseResult parsed) {
        for (Written other : all) {
            boolean within = !other.folder() && next.place().startsWith(other.place())
                    || !next.folder() && other.place().startsWith(next.place())
                    || next.place().equals(other.place());
            boolean both = next.option().startsWith(FOLDER) && other.option().startsWith(FOLDER);
            if (within && !both) {
                throw refused(parsed, other.option() + " and " + next.option() + " lead to one file");
            }
        }
        all.add(next);
    }

    private static ParameterException refused(ParseResult parsed, String message) {
        return new ParameterException(parsed.commandSpec().commandLine(), message);
    }

    /** The files that exist among what a value may name: itself, a part of a list, or what stands behind a key. */
    private static List<Path> read(String value) {
        List<Path> places = new ArrayList<>();
        List<String> parts = new ArrayList<>(List.of(value));
        parts.addAll(List.of(value.split("[,:=]")));
        for (String part : parts) {
            file(part.strip()).map(GivenFiles::place).ifPresent(places::add);
        }
        return places;
    }

    private static Optional<Path> file(String text) {
        try {
            return Optional.of(Path.of(text)).filter(Files::isRegularFile);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** The path without links, as far as it exists. */
    private static Path place(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            } catch (IOException e) {
                // it does not exist: its folder may
            }
        }
        return absolute;
    }
}
