package dev.isos.api.error;

/** The one exception that Isos declares. Its message is a single sentence made for the user. */
public final class IsosException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public IsosException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public IsosException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    public static IsosException badInput(String message) {
        return new IsosException(ErrorCode.BAD_INPUT, message);
    }

    public static IsosException unsupported(String message) {
        return new IsosException(ErrorCode.UNSUPPORTED, message);
    }
}
