package dev.isos.spark;

import dev.isos.api.error.ErrorCode;
import java.io.Serializable;

/**
 * An outcome on its way to the driver.
 *
 * @param point number of the point; {@link #SWEEP} where the executor cannot compute any
 * @param run as JSON; null of a point that failed
 */
record Done(int point, byte[] run, ErrorCode failure, String reason) implements Serializable {
    static final int SWEEP = -1;
}
