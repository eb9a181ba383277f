package dev.isos.report.text;

import java.util.Locale;

/** How results are written. */
public enum Format {
    TABLE,
    JSON,
    CSV;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
