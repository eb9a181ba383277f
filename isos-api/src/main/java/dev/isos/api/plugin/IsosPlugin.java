package dev.isos.api.plugin;

/**
 * Entry point of a plug-in, found by {@link java.util.ServiceLoader}: the artifact names its implementation in
 * {@code META-INF/services/dev.isos.api.plugin.IsosPlugin}. Needs a public constructor without arguments.
 */
public interface IsosPlugin {
    /** Unique name, for example {@code isos-baselines}. */
    String id();

    /** Version of the plug-in itself; by default the one that its jar's manifest states. */
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The API version that it was built against. */
    ApiVersion builtAgainst();

    /** Names everything that the plug-in offers. Must be cheap: nothing is loaded or computed yet. */
    void contribute(Registrar registrar);
}
