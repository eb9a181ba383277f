package dev.isos.api.error;

/** The one exception that Isos declares. Its message is a single sentence made for the user. */
public final class IsosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is; never null. */
    private final ErrorCode code;

    /**
     * A failure.
     *
     * @param code whose fault it is
     * @param message one sentence that names the place and what was expected there
     */
    public IsosException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * A failure with another one behind it, which is shown with {@code --verbose} only.
     *
     * @param code whose fault it is
     * @param message one sentence that names the place and what was expected there
     * @param cause what went wrong below
     */
    public IsosException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** {@return whose fault it is; decides the exit code of the command line} */
    public ErrorCode code() {
        return code;
    }

    /**
     * The same failure with the place where the user wrote what failed.
     *
     * @param place such as a file with line and column
     * @return to be thrown instead of this one, which is its cause
     */
    public IsosException at(String place) {
        return new IsosException(code, place + ": " + getMessage(), this);
    }

    /**
     * The user gave something wrong.
     *
     * @param message one sentence with the place and what was expected there
     * @return to be thrown; its code is {@link ErrorCode#BAD_INPUT}
     */
    public static IsosException badInput(String message) {
        return new IsosException(ErrorCode.BAD_INPUT, message);
    }

    /**
     * What the user gave is legal and not supported.
     *
     * @param message one sentence that says what is not
     * @return to be thrown; its code is {@link ErrorCode#UNSUPPORTED}
     */
    public static IsosException unsupported(String message) {
        return new IsosException(ErrorCode.UNSUPPORTED, message);
    }
}
