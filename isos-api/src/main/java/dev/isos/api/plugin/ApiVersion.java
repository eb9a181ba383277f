package dev.isos.api.plugin;

/**
 * Version of the plug-in API. A plug-in built against {@code major.minor} works with every later minor of the same major.
 *
 * @param major raised where something that a plug-in can name goes or changes
 * @param minor raised where something is added
 */
public record ApiVersion(int major, int minor) {
    /** The version of this API. */
    public static final ApiVersion CURRENT = new ApiVersion(0, 1);

    /**
     * Whether this API can run a plug-in.
     *
     * @param builtAgainst the API that the plug-in was compiled with
     * @return true where nothing that the plug-in can name is missing here
     */
    public boolean runs(ApiVersion builtAgainst) {
        return major == builtAgainst.major && minor >= builtAgainst.minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
