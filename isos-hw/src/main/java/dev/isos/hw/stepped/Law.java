package dev.isos.hw.stepped;

import dev.isos.api.error.ErrorCode;
import dev.isos.api.error.IsosException;

/** What the machine must never break. */
final class Law {
    private Law() {}

    /** Fails with a sentence when something that must hold does not. */
    static void holds(boolean condition, String otherwise) {
        if (!condition) {
            throw new IsosException(
                    ErrorCode.VERIFICATION_FAILED, "isosceles-stepped broke a law of its hardware: " + otherwise);
        }
    }
}
