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
    public boolean fits() {
        return demandBytes <= limitBytes;
    }

    public double utilization() {
        return demandBytes / (double) limitBytes;
    }
}
