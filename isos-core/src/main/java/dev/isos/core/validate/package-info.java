/** Cross-checks of fidelities of a machine against each other on random small networks and random machine sizes. */
package dev.isos.core.validate;
