package dev.isos.api.plan;

/**
 * Demand of a segment on one storage of the machine.
 *
 * @param resource name of the storage, for example {@code filterBuffer}
 * @param demandBytes bytes needed at the fullest place
 * @param limitBytes bytes there are at a place
 * @param places number of places that have such a storage
 */
public record StorageDemand(String resource, long demandBytes, long limitBytes, int places) {
    /** {@return whether the fullest place has room for the demand} */
    public boolean fits() {
        return demandBytes <= limitBytes;
    }

    /** {@return demand divided by limit at the fullest place; more than 1 when it does not fit} */
    public double utilization() {
        return demandBytes / (double) limitBytes;
    }
}
