package dev.isos.api.error;

/** Whose fault an {@link IsosException} is; decides the exit code of the command line. */
public enum ErrorCode {
    /** A file, flag, identifier or value from the user is wrong. */
    BAD_INPUT(2),
    /** A file is well formed but asks for something that Isos does not support. */
    UNSUPPORTED(2),
    /** A dataflow and a hardware model that cannot work together, or a network that no plan can fit. */
    INFEASIBLE(2),
    /** A plug-in is missing something, contradicts another one, or threw. */
    PLUGIN_FAILURE(2),
    /** Simulated outputs differ from the reference, or a conservation law is broken. */
    VERIFICATION_FAILED(1),
    /** The simulation could not finish, for example because the machine deadlocked. */
    SIMULATION_FAILED(1);

    private final int exitCode;

    ErrorCode(int exitCode) {
        this.exitCode = exitCode;
    }

    /** {@return process exit code: 1 when the simulation failed, 2 when the request was wrong} */
    public int exitCode() {
        return exitCode;
    }
}
