package dev.isos.api.plugin;

/**
 * Version of the plug-in API. A plug-in built against {@code major.minor} works with every later minor of the same major.
 */
public record ApiVersion(int major, int minor) {
    /** The version of this API. */
    public static final ApiVersion CURRENT = new ApiVersion(0, 1);

    /** Whether this API can run a plug-in that was built against the given version. */
    public boolean runs(ApiVersion builtAgainst) {
        return major == builtAgainst.major && minor >= builtAgainst.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
