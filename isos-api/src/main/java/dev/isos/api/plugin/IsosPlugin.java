package dev.isos.api.plugin;

/**
 * Entry point of a plug-in, found by {@link java.util.ServiceLoader}: the artifact names its implementation in
 * {@code META-INF/services/dev.isos.api.plugin.IsosPlugin}. Needs a public constructor without arguments.
 */
public interface IsosPlugin {
    /** {@return unique name, for example {@code isos-baselines}} */
    String id();

    /**
     * {@return version of the plug-in itself; by default the one that its jar's manifest states, or {@code
     * development}}
     */
    default String version() {
        String version = getClass().getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /**
     * {@return the API version that it was compiled with, in numbers: {@link ApiVersion#CURRENT} is looked up when the
     * plug-in runs, and is the host's}
     */
    ApiVersion builtAgainst();

    /**
     * Names everything that the plug-in offers. Must be cheap: nothing is loaded or computed yet.
     *
     * @param registrar takes what is offered, during the call only
     */
    void contribute(Registrar registrar);
}
