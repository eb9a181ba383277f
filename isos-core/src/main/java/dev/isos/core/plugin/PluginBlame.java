package dev.isos.core.plugin;

import dev.isos.core.bound.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the plug-in behind a failure: class loaders of plug-ins have names, and stack traces hold these. */
public final class PluginBlame {
    /** Leads the name of each plug-in's class loader; its origin follows. */
    static final String LOADER = "plug-in ";

    private static final int MOST_CAUSES = 100;

    private PluginBlame() {}

    /**
     * One sentence that names the plug-in from a folder in whose code the failure began.
     *
     * @return empty if no such plug-in was at work
     */
    public static Optional<String> of(Throwable failure) {
        Optional<String> blame = Optional.empty();
        for (Throwable cause : causes(failure)) {
            for (StackTraceElement frame : cause.getStackTrace()) {
                if (isOfPlugin(frame)) {
                    blame = Optional.of(
                            frame.getClassLoaderName() + " failed in " + place(frame) + " with " + reason(cause));
                    break;
                }
            }
        }
        return blame;
    }

    /**
     * One sentence that names the plug-in from a folder which has asked the JVM to end; for shutdown hooks.
     *
     * @return empty if no plug-in's code is about to end the JVM
     */
    public static Optional<String> ofExit() {
        for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
            boolean exits = false;
            for (StackTraceElement frame : stack) {
                exits |= frame.getClassName().equals(Runtime.class.getName())
                        && frame.getMethodName().equals("exit");
                if (exits && isOfPlugin(frame)) {
                    return Optional.of(frame.getClassLoaderName() + " ended the process with System.exit in "
                            + place(frame) + "; remove it to go on");
                }
            }
        }
        return Optional.empty();
    }

    /** What the first cause of a failure says, on one line. */
    public static String reason(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Throwable first = causes.get(causes.size() - 1);
        String message;
        try {
            message = first.getMessage();
        } catch (RuntimeException | Error e) {
            message = null; // an exception of the plug-in's own
        }
        String text = message == null ? "" : message.strip().lines().findFirst().orElse("");
        String type = first.getClass().getSimpleName();
        return (type.isEmpty() ? first.getClass().getName() : type)
                + (text.isEmpty() ? "" : ": " + Bounds.shortened(text));
    }

    /** A failure and its causes, outermost first; ends where causes go in a circle. */
    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        try {
            for (Throwable cause = failure; cause != null && causes.size() < MOST_CAUSES; cause = cause.getCause()) {
                causes.add(cause);
            }
        } catch (RuntimeException | Error e) {
            // an exception of the plug-in's own that cannot even say what caused it
        }
        return causes;
    }

    private static boolean isOfPlugin(StackTraceElement frame) {
        return frame.getClassLoaderName() != null && frame.getClassLoaderName().startsWith(LOADER);
    }

    private static String place(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName()
                + (frame.getLineNumber() > 0 ? " (line " + frame.getLineNumber() + ")" : "");
    }
}
