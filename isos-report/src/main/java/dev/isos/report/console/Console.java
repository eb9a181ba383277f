package dev.isos.report.console;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where a command writes: results to {@code out}, messages to {@code err}; and what it may know of the terminal behind
 * them.
 *
 * @param out results, nothing else
 * @param err progress, warnings and errors
 * @param environment environment variables
 * @param outIsTerminal whether results are read by a human at once
 * @param errIsTerminal whether a progress bar can be drawn
 */
public record Console(
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        boolean outIsTerminal,
        boolean errIsTerminal) {
    /** Set by the launcher, which can ask the terminal. */
    private static final String TERMINAL_COLUMNS = "ISOS_TERMINAL_COLUMNS";

    private static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 40;
    private static final int MOST_COLUMNS = 400;

    private static final String BOLD = "\u001B[1m";
    private static final String NORMAL = "\u001B[0m";

    /** Columns that tables may use: {@code COLUMNS}, else those of the terminal, else 80. */
    public int columns() {
        return columns(outIsTerminal);
    }

    /** Columns that a progress bar may use. */
    public int columnsOfErr() {
        return columns(errIsTerminal);
    }

    private int columns(boolean isTerminal) {
        int asked = number(environment.getOrDefault("COLUMNS", ""));
        int wide = asked > 0 || !isTerminal ? asked : number(environment.getOrDefault(TERMINAL_COLUMNS, ""));
        return wide > 0 ? Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, wide)) : DEFAULT_COLUMNS;
    }

    /** A number above 0, or 0. */
    private static int number(String text) {
        try {
            return Math.max(0, Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether results may have characters beyond ASCII for their looks: on a terminal whose locale is UTF-8. */
    public boolean unicode() {
        String locale = "";
        for (String variable : new String[] {"LANG", "LC_CTYPE", "LC_ALL"}) {
            String value = environment.getOrDefault(variable, "");
            locale = value.isEmpty() ? locale : value;
        }
        String encoding = locale.toLowerCase(Locale.ROOT).replace("-", "");
        return outIsTerminal && encoding.contains("utf8") && !"dumb".equals(environment.get("TERM"));
    }

    /** Whether results may be coloured: on a terminal that is not dumb, unless {@code NO_COLOR} is set. */
    public boolean colour() {
        return outIsTerminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** A text as a heading: bold where colour is allowed. */
    public String heading(String text) {
        String plain = PlainText.line(text);
        return colour() ? BOLD + plain + NORMAL : plain;
    }

    /** Writes a result, laid out: what in it comes from files is shown as {@link PlainText}, headings in bold. */
    public void result(String text) {
        String plain = PlainText.lines(text);
        out.print(colour() ? plain.replace(PlainText.line(BOLD), BOLD).replace(PlainText.line(NORMAL), NORMAL) : plain);
    }

    /** Writes a result whose characters are data: as it is into a file or pipe, as {@link PlainText} on a terminal. */
    public void data(String text) {
        out.print(outIsTerminal ? PlainText.lines(text.replace("\r\n", "\n")) : text);
    }

    /** Writes where in the program a failure came from. */
    public void stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        err.print(PlainText.lines(text.toString().replace(System.lineSeparator(), "\n")));
    }

    /** A line on {@code err}, led by the name of the program. */
    public void message(String text) {
        line("isos: " + text);
    }

    /** A line on {@code err}; where it quotes files or arguments, as {@link PlainText}. */
    public void line(String text) {
        err.println(PlainText.line(text));
    }

    /** A line on {@code err} for something that the command works around. */
    public void warning(String text) {
        message("warning: " + text);
    }

    /**
     * Whether a standard stream of this process is a terminal. Java tells only of both standard input and output together,
     * so the file descriptor is looked at where the operating system shows it as a link.
     */
    public static boolean isTerminal(int fileDescriptor) {
        Path link = Path.of("/proc/self/fd", Integer.toString(fileDescriptor));
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }
}
