/** Multiplying and adding on the host, for the dataflows that compute their outputs. It knows nothing of any machine. */
@NullMarked
package dev.isos.support.arithmetic;

import org.jspecify.annotations.NullMarked;
