package dev.isos.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of Isos. */
@Command(name = "isos", description = "Simulates sparse-CNN accelerators.", mixinStandardHelpOptions = true)
public final class Main implements Runnable {

    private Main() {}

    /** Starts Isos and ends the process with the exit code of the command. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
